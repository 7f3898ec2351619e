import ClusterModel
import HostAccess
import StatusServer
import TestSupport
import Testing

@Suite("A real HAProxy", .serialized)
struct HAProxyTests {
    /// A proxy whose server is up as far as health checks go, and whose agent says what `answer` holds.
    private func beside(
        _ answer: Changing<AgentAnswer?>, _ body: (TestProxy) async throws -> Void
    ) async throws {
        try await Running.statusServer { (server) async throws in
            try await Running.agentCheck(answer) { (agent) async throws in
                try await TestProxy.run(server: server.port, agent: agent.port, body)
            }
        }
    }

    @Test("follows the agent from each answer to each other one")
    func everyTransition() async throws {
        let answer = Changing<AgentAnswer?>(AgentAnswer(.up))
        let shown: [(AgentAnswer, status: String, weight: String)] = [
            (AgentAnswer(.up), "UP", "1"), (AgentAnswer(.drain, reason: "restart"), "UP", "0"),
            (AgentAnswer(.maint, reason: "kernel"), "DOWN (agent)", "1"),
            (AgentAnswer(.down, reason: "paused"), "DOWN (agent)", "1"),
        ]
        try await beside(answer) { (proxy) async throws in
            for from in shown {
                for to in shown {
                    for step in [from, to] {
                        answer.value = step.0
                        #expect(try await proxy.shows(step.status, weight: step.weight), "\(from.0) to \(to.0)")
                    }
                }
            }
        }
    }

    @Test("shows the reason on its own page, and tells what was meant from what was not")
    func reasons() async throws {
        let answer = Changing<AgentAnswer?>(AgentAnswer(.maint, reason: "kernel"))
        try await beside(answer) { (proxy) async throws in
            #expect(try await eventually { try await proxy.row()["last_agt"] == "via agent : stopped (maint: kernel)" })
            answer.value = AgentAnswer(.down, reason: "paused in a minority")
            #expect(
                try await eventually { try await proxy.row()["last_agt"] == "via agent : down (paused in a minority)" })
        }
    }

    @Test("keeps a person's drain at its command line, whatever the agent says")
    func personsDrain() async throws {
        let answer = Changing<AgentAnswer?>(AgentAnswer(.up))
        try await beside(answer) { (proxy) async throws in
            #expect(try await proxy.shows("UP"))
            for (state, status) in [("drain", "DRAIN (agent)"), ("maint", "MAINT")] {
                try await proxy.command("set server amqp/mq1 state \(state)")
                for (word, said) in [(AgentAnswer.Word.drain, "up (drain)"), (.up, "up")] {
                    answer.value = AgentAnswer(word)
                    #expect(try await eventually { try await proxy.row()["last_agt"] == "via agent : \(said)" })
                    #expect(try await proxy.row()["status"] == status)
                }
                try await proxy.command("set server amqp/mq1 state ready")
                #expect(try await proxy.shows("UP"))
            }
        }
    }

    @Test("changes nothing when the agent is dead or has nothing to say, and follows it when it is back")
    func deadAgent() async throws {
        let port = try #require(LocalPort.anyFree())
        try await Running.statusServer { (server) async throws in
            try await TestProxy.run(server: server.port, agent: port) { (proxy) async throws in
                #expect(try await proxy.checks(end: "L4CON"))
                #expect(try await proxy.shows("UP"), "an agent that never was there keeps nobody out")
                for (word, status, weight) in [(AgentAnswer.Word.down, "DOWN (agent)", "1"), (.drain, "UP", "0")] {
                    let answer = Changing<AgentAnswer?>(AgentAnswer(word))
                    try await Running.agentCheck(answer, port: port) { (_) async throws in
                        #expect(try await proxy.shows(status, weight: weight))
                        answer.value = nil
                        #expect(try await proxy.checks(end: "L7RSP"))
                        #expect(try await proxy.shows(status, weight: weight))
                    }
                    #expect(try await proxy.checks(end: "L4CON"))
                    #expect(try await proxy.shows(status, weight: weight))
                    try await Running.agentCheck(Changing(AgentAnswer(.up)), port: port) { (_) async throws in
                        #expect(try await proxy.shows("UP"))
                    }
                }
            }
        }
    }
}
