import ClusterModel
import StatusServer
import TestSupport
import Testing

@Suite("The agent-check")
struct AgentCheckTests {
    @Test(
        "says health and weight with every word, so that each line lifts what another one set",
        arguments: [
            (AgentAnswer(.up), "up 100%\n"), (AgentAnswer(.up, reason: "never said"), "up 100%\n"),
            (AgentAnswer(.drain), "up 0% #drain\n"),
            (AgentAnswer(.drain, reason: "restart"), "up 0% #drain: restart\n"),
            (AgentAnswer(.maint, reason: "kernel update"), "stopped 100% #maint: kernel update\n"),
            (AgentAnswer(.down, reason: "paused in a minority"), "down 100% #paused in a minority\n"),
            (AgentAnswer(.down), "down 100% #not in service\n"),
        ])
    func lines(answer: AgentAnswer, line: String) { #expect(answer.line == line) }

    @Test("keeps a reason to one short line of ASCII, whatever is in it")
    func hostileReason() throws {
        let line = try #require(
            AgentAnswer(.down, reason: "a\nup 100%\r\n\u{0}é" + String(repeating: "x", count: 500)).line)
        #expect(line.hasPrefix("down 100% #a?up 100%????"))
        #expect(line.count { $0.isNewline } == 1)
        #expect(line.utf8.count < 160)
    }

    @Test("is one line, then the connection is closed, also where the client says something itself")
    func answers() async throws {
        let answer = Changing<AgentAnswer?>(AgentAnswer(.up))
        try await Running.agentCheck(answer) { (server) async throws in
            #expect(try await oneLine(server, "") == "up 100%\n")
            answer.value = AgentAnswer(.down, reason: "booting")
            #expect(try await oneLine(server, "amqp/mq1\n") == "down 100% #booting\n")
            answer.value = nil
            #expect(try await oneLine(server, "") == "", "nothing is known, so nothing is said")
        }
    }

    private func oneLine(_ server: ListenAddress, _ request: String) async throws -> String? {
        let connection = try RawConnection(server)
        connection.send(request)
        return await connection.wholeAnswer()
    }

    @Test("serves others beside clients that hold connections, that flood and that do not read")
    func hostile() async throws {
        var limits = AgentCheckServer.standardLimits
        limits.connections = 8
        limits.connectionTime = .milliseconds(300)
        try await Running.agentCheck(Changing(AgentAnswer(.up)), limits: limits) { (server) async throws in
            let held = try (0..<30).map { _ in try RawConnection(server) }
            held[0].send([UInt8](repeating: 65, count: 1 << 20))
            #expect(await eventually(within: .seconds(30)) { await (try? oneLine(server, "")) == "up 100%\n" })
            for connection in held { #expect(await connection.wholeAnswer() != nil) }
        }
    }
}
