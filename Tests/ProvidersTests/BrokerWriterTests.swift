import ClusterModel
import HostAccess
import Providers
import TestSupport
import Testing

@Suite struct BrokerWriterTests {
    let tools = Result { try FakeTools() }
    static let clock = { @Sendable in Timestamp(milliseconds: 7) }

    private func policies(_ count: Int) -> Step { Step((0..<count).map { BrokerCommandTests.policy("p\($0)") }) }

    private func carryOut(_ step: Step, write: Duration = .seconds(30)) async throws -> StepResult {
        await BrokerWriter(tools: try tools.get().broker(write: write)).carryOut(
            step, under: Precondition(members: [FakeTools.node]), clock: Self.clock)
    }

    @Test("What nobody refuses costs one process, which reads again where it is asked to")
    func allGood() async throws {
        let tools = try tools.get()
        let result = try await carryOut(policies(100))
        #expect(result.outcomes.count == 100)
        #expect(result.outcomes.allSatisfy { $0.1 == .succeeded })
        #expect(result.refused.isEmpty)
        #expect(result.reading == nil)
        #expect(tools.calls == ["rabbitmqctl -q eval_file import"])
        let read = await BrokerWriter(tools: tools.broker()).carryOut(
            policies(1), thenRead: ReadingRequest(beyondExport: false), clock: Self.clock)
        #expect(read.reading?.observation.readAt == Timestamp(milliseconds: 7))
        #expect(read.reading?.definitions?[.users].count == 1)
        #expect(tools.calls.count == 2)
    }

    @Test("What the broker refuses is told with its words, and the rest succeeds")
    func culprit() async throws {
        try tools.get().on(
            "import", "record 0 ok; record 1 'refused Validation failed\n\n-1 is wrong\n (//bad)'; record 2 untried")
        let step = policies(3)
        let result = try await carryOut(step)
        #expect(result.refused == [step.actions[1].resource])
        #expect(
            result.outcomes.map(\.1) == [
                .succeeded, .failed("Validation failed -1 is wrong (//bad)"),
                .failed("not tried: too many objects were refused"),
            ])
        #expect(result.isItemised)
    }

    @Test(
        "What happens to members and replicas is never refused for good, as a node that boots refuses as well",
        arguments: [
            .membership(.grow(member: "rabbit@mq3")), .membership(.forget(member: "rabbit@mq3", lost: nil)),
            .membership(.remove(member: "rabbit@mq3")), .membership(.rebalance),
        ] as [Change])
    func membership(_ change: Change) async throws {
        for purpose in ["grow", "forget", "leave", "rebalance"] {
            try tools.get().on(purpose, "record 0 '{error,{badarg,[{ets,lookup,[ra_directory]}]}}'")
        }
        let action = BrokerCommandTests.action(.update, ResourceID("replicas", name: "rabbit@mq3"), change)
        let result = try await carryOut(Step([action]))
        #expect(result.outcomes[0].1 == .failed("{error,{badarg,[{ets,lookup,[ra_directory]}]}}"))
        #expect(result.refused.isEmpty)
    }

    @Test("A guard that is unmet at that moment keeps everything back", arguments: ["minority", "partitioned"])
    func guarded(_ why: String) async throws {
        try tools.get().on("import", "record blocked \(why)")
        let result = try await carryOut(policies(2))
        #expect(result.outcomes.allSatisfy { $0.1.message?.hasPrefix("not done: ") == true })
        #expect(result.refused.isEmpty)
        #expect(!result.isItemised)
    }

    @Test("A broker that is down, stopped or gone says so for all")
    func brokerIsAway() async throws {
        let tools = try tools.get()
        try tools.on("import", says: Words.answer("node-down", "3.10.8"))
        var result = try await carryOut(policies(64))
        #expect(result.refused.isEmpty)
        #expect(result.outcomes.allSatisfy { $0.1.message?.contains("not running") == true })
        try tools.on("import", "record state stopped")
        result = try await carryOut(policies(1))
        #expect(result.outcomes[0].1 == .failed(BrokerFailure.appStopped.description))
        #expect(result.refused.isEmpty)
    }

    @Test("A deadline leaves the outcome open")
    func deadline() async throws {
        try tools.get().on("import", "record 0 ok; sleep 100")
        let result = try await carryOut(policies(8), write: .seconds(1))
        #expect(result.outcomes.count { if case .unknown = $0.1 { true } else { false } } == 8)
        #expect(result.refused.isEmpty)
    }

    @Test(
        "A tool that is killed while it writes leaves the outcome open",
        arguments: ["kill -9 $$", "exit 137", "echo late >&2; exit 75"])
    func killed(_ end: String) async throws {
        try tools.get().on("import", end)
        let result = try await carryOut(policies(3))
        #expect(result.outcomes.count == 3)
        for (_, outcome) in result.outcomes {
            guard case .unknown = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
    }

    @Test("Removals have a result each, and one that the broker did not tell of is open")
    func removals() async throws {
        try tools.get().on(
            "delete",
            """
            record 0 ok; record 1 holds_messages; record 2 '{error,<<"amqp://u:hidden@h">>}'; record 4 '{error,timeout}'
            """)
        let step = Step(
            (0..<5).map { index in
                BrokerCommandTests.action(
                    .delete, ResourceID("queue", vhost: "/", name: "q\(index)"),
                    .remove(Removal("gone(N)", ["N": "q\(index)"])))
            })
        let result = try await carryOut(step)
        #expect(result.outcomes[0].1 == .succeeded)
        #expect(result.outcomes[1].1 == .failed("it holds messages and is not deleted"))
        #expect(result.outcomes[2].1 == .failed("{error,<<\"amqp://***@h\">>}"))
        #expect(result.outcomes[3].1 == .unknown("the broker did not say how this ended"))
        #expect(result.outcomes[4].1 == .unknown("the broker timed out: {error,timeout}"))
        #expect(result.refused == [step.actions[2].resource])
        #expect(result.isItemised)
    }

    @Test("Plugins are not set on a node that is down, which is no refusal", arguments: Words.versions)
    func pluginsOfStoppedNode(_ version: String) async throws {
        let tools = try tools.get()
        try tools.on("set", says: Words.answer("plugins-node-down", version))
        let step = Step([BrokerCommandTests.action(.update, ResourceID("plugins", name: "enabled"), .plugins(["a"]))])
        let result = try await carryOut(step)
        #expect(result.refused.isEmpty)
        #expect(result.outcomes[0].1.message?.contains("not running") == true)
    }

    @Test("Nothing that was handed to a tool is left in memory-backed storage")
    func nothingIsLeft() async throws {
        let tools = try tools.get()
        try tools.on("import", "echo \"$FILE\" >> files; stat -c %a \"$FILE\" >> modes; exit 69")
        _ = try await carryOut(policies(2))
        let files = String(decoding: try FileContent.read(tools.scratch.path("files")), as: UTF8.self).split(
            separator: "\n")
        #expect(files.count == 1)
        for file in files { #expect(throws: FileFailure.self) { try FileStatus(String(file)) } }
        #expect(
            Set(
                String(decoding: try FileContent.read(tools.scratch.path("modes")), as: UTF8.self).split(
                    separator: "\n")) == ["600"])
    }
}
