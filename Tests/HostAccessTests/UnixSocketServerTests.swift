import ClusterModel
import Foundation
import HostAccess
import TestSupport
import Testing

@Suite struct UnixSocketServerTests {
    @Test("Answers many at once, is its owner's alone, and leaves nothing behind")
    func serves() async throws {
        let scratch = try ScratchDirectory("socket")
        let path = scratch.path("agent.sock")
        try scratch.write("left behind", to: "agent.sock")
        let server = try UnixSocketServer(path)
        let running = Task { await server.run { "heard \($0)\n" } }
        #expect(try FileStatus(path).mode & 0o777 == 0o600)
        let answers = await withTaskGroup(of: String?.self) { group in
            for number in 0..<20 { group.addTask { await Self.ask(path, "call \(number)\n") } }
            return await group.reduce(into: Set<String>()) { $0.insert($1 ?? "nothing") }
        }
        #expect(answers == Set((0..<20).map { "heard call \($0)\n" }))
        // No line end within what a request may be: it is closed without an answer.
        #expect(await Self.ask(path, String(repeating: "x", count: 5000)) ?? "" == "")
        #expect(await Self.ask(path, "still\n") == "heard still\n")
        running.cancel()
        await running.value
        #expect((try? FileStatus(path)) == nil)
        #expect(UnixSocket.ask(path, "gone\n") == nil)
    }

    /// Asking blocks a thread, and those of tasks are as few as there are cores.
    private static func ask(_ path: String, _ text: String) async -> String? {
        await withCheckedContinuation { answered in
            Thread.detachNewThread { answered.resume(returning: UnixSocket.ask(path, text)) }
        }
    }

    @Test("A path that is too long for the system is an error that says so")
    func tooLong() throws {
        #expect(throws: FileFailure.self) { try UnixSocketServer("/tmp/" + String(repeating: "x", count: 120)) }
    }
}
