import Foundation
import HostAccess
import Testing

/// A program that prints, waits to be told something, and prints on.
@Suite struct ConversationTests {
    static func invocation(_ script: String, deadline: Duration = .seconds(20), limit: Int = 64 << 20) -> Invocation {
        Invocation(
            executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
            deadline: deadline, outputLimit: limit)
    }

    static func talk(_ script: String, deadline: Duration = .seconds(20), limit: Int = 64 << 20) throws -> Conversation
    {
        try ProcessRunner().converse(invocation(script, deadline: deadline, limit: limit), pause: "WAITS")
    }

    static func text(_ heard: Conversation.Heard) -> String {
        switch heard {
        case .pause(let bytes): "pause " + String(decoding: bytes, as: UTF8.self)
        case .end(let result): "\(result.status) " + result.stdout
        }
    }

    @Test("Each answer reaches from one pause to the next, and the last one to the end")
    func answers() async throws {
        let talk = try Self.talk(
            "echo a; echo WAITS; while read -r x; do echo got $x; echo WAITS; done; echo bye; exit 3")
        #expect(Self.text(try await talk.hear()) == "pause a\n")
        for word in ["one", "two"] {
            await talk.say(Array((word + "\n").utf8), time: .seconds(20))
            #expect(Self.text(try await talk.hear()) == "pause got \(word)\n")
        }
        await talk.end()
        #expect(Self.text(try await talk.hear()) == "exited with code 3 bye\n")
    }

    @Test("Ten megabytes go there and come back")
    func large() async throws {
        let talk = try Self.talk("echo WAITS; head -c 10000000; echo; echo WAITS; cat > /dev/null")
        #expect(Self.text(try await talk.hear()) == "pause ")
        let bytes = (0..<10_000_000).map { UInt8(truncatingIfNeeded: 97 + $0 % 26) }
        async let said: Void = talk.say(bytes, time: .seconds(20))
        guard case .pause(let heard) = try await talk.hear() else {
            Issue.record("it ended")
            return
        }
        await said
        #expect(heard == bytes + [10])
    }

    @Test("Telling a program something that has ended is no crash, and its end is told")
    func ended() async throws {
        let talk = try Self.talk("echo oops >&2; exit 7")
        await talk.say(Array(repeating: 97, count: 1 << 20), time: .seconds(20))
        guard case .end(let result) = try await talk.hear() else {
            Issue.record("it waits")
            return
        }
        #expect(result.status == .exited(7))
        #expect(result.stderr == "oops\n")
    }

    @Test("A program that is let go ends, as its input does")
    func letGo() async throws {
        let runner = ProcessRunner(concurrency: 1)
        do {
            let talk = try runner.converse(Self.invocation("echo WAITS; cat > /dev/null"), pause: "WAITS")
            _ = try await talk.hear()
        }
        let next = try await runner.run(Self.invocation("echo its place is free"))
        #expect(next.stdout == "its place is free\n")
    }

    @Test("One that says nothing until its deadline, or prints without end, is killed with what it started")
    func limits() async throws {
        let silent = try Self.talk("sleep 1000 & sleep 1000", deadline: .milliseconds(300))
        await #expect(throws: ProcessFailure.deadlineExceeded(executable: "/bin/sh", after: .milliseconds(300))) {
            try await silent.hear()
        }
        let endless = try Self.talk("yes", limit: 1 << 20)
        await #expect(throws: ProcessFailure.outputTooLarge(executable: "/bin/sh", limit: 1 << 20)) {
            try await endless.hear()
        }
    }

    @Test("What it is told moves its deadline")
    func deadline() async throws {
        let talk = try Self.talk(
            "echo WAITS; read -r x; sleep 1; echo done; echo WAITS; cat", deadline: .milliseconds(700))
        _ = try await talk.hear()
        await talk.say(Array("go\n".utf8), time: .seconds(20))
        #expect(Self.text(try await talk.hear()) == "pause done\n")
    }

    @Test("A run that is cancelled ends it")
    func cancelled() async throws {
        let talk = try Self.talk("sleep 1000")
        let task = Task { try await talk.hear() }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: ProcessFailure.cancelled(executable: "/bin/sh")) { try await task.value }
    }
}
