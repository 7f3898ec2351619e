import AgentRuntime
import Providers
import TestSupport
import Testing

@Suite struct WebhookDoorTests {
    private let scratch: ScratchDirectory
    private let door: WebhookDoor

    init() throws {
        scratch = try ScratchDirectory("door")
        door = WebhookDoor(secretFile: try scratch.write("It's a Secret to Everybody\n", to: "secret", mode: 0o600))
    }

    private func judge(_ text: String, secret: String = "It's a Secret to Everybody") -> WebhookDoor.Verdict {
        door.judge(Array(text.utf8), signature: HTTPSender.signature(of: Array(text.utf8), secret: secret))
    }

    @Test("GitHub's own example is let through, in small and in capital letters")
    func example() {
        let digits = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        let body = Array("Hello, World!".utf8)
        #expect(HTTPSender.signature(of: body, secret: "It's a Secret to Everybody") == "sha256=" + digits)
        #expect(door.judge(body, signature: "sha256=" + digits) == .accepted)
        #expect(door.judge(body, signature: "sha256=" + digits.uppercased()) == .replayed)
    }

    @Test("a wrong, a missing and a malformed signature are refused")
    func refused() {
        #expect(judge("a", secret: "another") == .forbidden)
        for signature in [nil, "", "sha256=", "sha1=00", "sha256=" + String(repeating: "g", count: 64), "sha256=+1"] {
            #expect(door.judge(Array("a".utf8), signature: signature) == .forbidden)
        }
        #expect(judge("a") == .accepted)
    }

    @Test("a message counts once, however many others came since")
    func replay() {
        #expect(judge("push") == .accepted)
        for number in 0..<1000 { #expect(judge("push \(number)") == .accepted) }
        #expect(judge("push") == .replayed)
        // A wrong signature pushes nothing out of memory.
        for number in 0..<5000 { _ = judge("\(number)", secret: "another") }
        #expect(judge("push") == .replayed)
    }

    @Test("without a secret nothing is let through; a new one counts at once")
    func secrets() throws {
        try scratch.write("another", to: "secret", mode: 0o600)
        #expect(judge("a") == .forbidden)
        #expect(judge("a", secret: "another") == .accepted)
        #expect(WebhookDoor(secretFile: "/nonexistent").judge([], signature: "sha256=00") == .unavailable)
    }
}
