import ClusterModel
import Foundation
import HostAccess
import Providers
import TestSupport
import Testing

/// An import stops at its first error and does not say in a fixed form which it was.
@Suite struct BrokerWriterTests {
    let tools = Result { try FakeTools() }

    /// Refuses each document that holds a name that begins with `bad`, as the broker does.
    private static let refusing = """
        if grep -q '"name":"bad' "$FILE"; then printf 'Error:\\nValidation failed\\n\\n-1 is wrong\\n (//bad)\\n' >&2; exit 69; fi
        """

    private func policies(_ count: Int, bad: [Int]) -> Step {
        Step((0..<count).map { BrokerCommandTests.policy(bad.contains($0) ? "bad\($0)" : "good\($0)") })
    }

    @Test("What nobody refuses costs one process")
    func allGood() async throws {
        let tools = try tools.get()
        try tools.on("import_definitions", Self.refusing)
        let result = await BrokerWriter(tools: tools.broker()).carryOut(policies(100, bad: []))
        #expect(result.outcomes.count == 100)
        #expect(result.outcomes.allSatisfy { $0.1 == .succeeded })
        #expect(result.refused.isEmpty)
        #expect(tools.calls.count == 1)
    }

    @Test(
        "The culprits are found and all others succeed, for a process or two per halving",
        arguments: [
            (2, [0]), (2, [1]), (3, [2]), (100, [0]), (100, [99]), (100, [37]), (1000, [500]), (128, [3, 90]),
            (64, [0, 31, 63]),
            (5, [0, 1, 2, 3, 4]), (1, [0]),
        ])
    func culprits(_ count: Int, _ bad: [Int]) async throws {
        let tools = try tools.get()
        try tools.on("import_definitions", Self.refusing)
        let step = policies(count, bad: bad)
        let result = await BrokerWriter(tools: tools.broker()).carryOut(step)
        #expect(result.outcomes.map(\.0) == step.actions.map(\.resource))
        let wanted = Set(bad.map { ResourceID("policy", vhost: "/", name: "bad\($0)") })
        #expect(result.refused == wanted)
        for (resource, outcome) in result.outcomes {
            #expect(
                outcome == (wanted.contains(resource) ? .failed("Validation failed -1 is wrong (//bad)") : .succeeded))
        }
        let halvings = Int(ceil(log2(Double(count))))
        #expect(tools.calls.count <= bad.count * (2 * halvings + 1))
        // Each good one went in, and none that is good was kept out by a bad one beside it.
        let imported = Set(
            try tools.documents().flatMap { $0["policies"]?.array ?? [] }.compactMap { $0["name"]?.string })
        #expect(imported.count == count)
    }

    @Test("A search that costs too much is given up, and says so of what was not tried")
    func limited() async throws {
        let tools = try tools.get()
        try tools.on("import_definitions", Self.refusing)
        let writer = BrokerWriter(tools: tools.broker(), searchLimit: 10)
        let result = await writer.carryOut(policies(64, bad: Array(0..<64)))
        #expect(tools.calls.count == 10)
        #expect(result.outcomes.contains { $0.1 == .failed("not tried: too many objects were refused") })
        #expect(!result.outcomes.contains { $0.1 == .succeeded })
    }

    @Test("A broker that goes away ends the search, as nothing that follows can succeed")
    func brokerGoesAway() async throws {
        let tools = try tools.get()
        try tools.scratch.write(try Words.answer("node-down", "3.10.8").errors, to: "down")
        try tools.on(
            "import_definitions",
            """
            n=$(grep -c import_definitions calls)
            if [ $n -gt 1 ]; then cat down >&2; exit 69; fi
            \(Self.refusing)
            """)
        let result = await BrokerWriter(tools: tools.broker()).carryOut(policies(64, bad: [5]))
        #expect(tools.calls.count == 2)
        #expect(result.refused.isEmpty)
        #expect(result.outcomes.allSatisfy { $0.1.message?.contains("not running") == true })
    }

    @Test("A deadline leaves the outcome open, and the rest is not tried")
    func deadline() async throws {
        let tools = try tools.get()
        try tools.on(
            "import_definitions",
            """
            n=$(grep -c import_definitions calls)
            [ $n -gt 1 ] && sleep 100
            \(Self.refusing)
            """)
        let result = await BrokerWriter(tools: tools.broker(write: .seconds(5))).carryOut(policies(8, bad: [5]))
        #expect(tools.calls.count == 2)
        #expect(result.outcomes.count { if case .unknown = $0.1 { true } else { false } } == 4)
        #expect(result.outcomes.count { if case .failed = $0.1 { true } else { false } } == 4)
        #expect(result.refused.isEmpty)
    }

    @Test(
        "A tool that is killed while it writes leaves the outcome open",
        arguments: ["kill -9 $$", "exit 137", "echo late >&2; exit 75"])
    func killed(_ end: String) async throws {
        let tools = try tools.get()
        try tools.on("import_definitions", end)
        let result = await BrokerWriter(tools: tools.broker()).carryOut(policies(3, bad: []))
        #expect(tools.calls.count == 1)
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
        let tools = try tools.get()
        try tools.on(
            "eval_file",
            """
            echo "WARREN 0 $(printf ok | base64)"
            echo "WARREN 1 $(printf holds_messages | base64)"
            echo "WARREN 2 $(printf '{error,<<"amqp://u:hidden@h">>}' | base64 -w0)"
            """)
        let step = Step(
            (0..<4).map { index in
                BrokerCommandTests.action(
                    .delete, ResourceID("queue", vhost: "/", name: "q\(index)"),
                    .remove(Removal("gone(N)", ["N": "q\(index)"])))
            })
        let result = await BrokerWriter(tools: tools.broker()).carryOut(step)
        #expect(result.outcomes[0].1 == .succeeded)
        #expect(result.outcomes[1].1 == .failed("it holds messages and is not deleted"))
        #expect(result.outcomes[2].1 == .failed("{error,<<\"amqp://***@h\">>}"))
        #expect(result.outcomes[3].1 == .unknown("the broker did not say how its deletion ended"))
        #expect(result.refused == [step.actions[2].resource])
        #expect(result.isItemised)
    }

    @Test("Plugins are not set on a node that is down, which is no refusal", arguments: Words.versions)
    func pluginsOfStoppedNode(_ version: String) async throws {
        let tools = try tools.get()
        try tools.on("set", says: Words.answer("plugins-node-down", version))
        let step = Step([BrokerCommandTests.action(.update, ResourceID("plugins", name: "enabled"), .plugins(["a"]))])
        let result = await BrokerWriter(tools: tools.broker()).carryOut(step)
        #expect(result.refused.isEmpty)
        #expect(result.outcomes[0].1.message?.contains("not running") == true)
    }

    @Test("Nothing that was handed to a tool is left in memory-backed storage")
    func nothingIsLeft() async throws {
        let tools = try tools.get()
        try tools.on("import_definitions", "echo \"$FILE\" >> files; stat -c %a \"$FILE\" >> modes; exit 69")
        _ = await BrokerWriter(tools: tools.broker()).carryOut(policies(2, bad: []))
        let files = String(decoding: try FileContent.read(tools.scratch.path("files")), as: UTF8.self).split(
            separator: "\n")
        #expect(files.count == 3)
        for file in files { #expect(throws: FileFailure.self) { try FileStatus(String(file)) } }
        #expect(
            Set(
                String(decoding: try FileContent.read(tools.scratch.path("modes")), as: UTF8.self).split(
                    separator: "\n")) == ["600"])
    }
}
