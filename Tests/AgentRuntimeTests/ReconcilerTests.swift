import AgentRuntime
import ClusterModel
import HostAccess
import Planning
import Providers
import StateStore
import TestSupport
import Testing

@Suite struct ReconcilerTests {
    @Test("Drift is removed, and the run says so in a sentence")
    func converges() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]])
        let run = try await agent.apply()
        #expect(run.result == .converged)
        #expect(run.sentence == "Created 2; everything is as the manifest says.")
        #expect(agent.tools.calls(of: "eval_file import") == 1)
        #expect(run.processes == 1, "what reads, writes and reads again")
        let applied = try #require(try agent.store.lastApplied())
        #expect(applied.revision == (try ManifestSource(path: agent.tools.scratch.path("manifest.yaml")).revision))
        let again = try await agent.apply()
        #expect(again.sentence == "No action: everything is as the manifest says.")
        #expect(agent.tools.calls(of: "eval_file import") == 1)
    }

    @Test("A tool that does not wait for more has read all the same, and the change takes another one")
    func toolWithoutInput() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]])
        try agent.tools.on("observe", "answer; exit 0")
        let run = try await agent.apply()
        #expect(run.result == .converged)
        #expect(run.processes == 2)
    }

    @Test("What can't be read is unknown: no action, and the sentence says why")
    func unknown() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.tools.on("observe", "echo \"* epmd reports: node 'rabbit' not running at all\" >&2; exit 69")
        let run = try await agent.apply()
        #expect(run.result == .unknown)
        #expect(run.actions.isEmpty)
        #expect(run.sentence.hasPrefix("No action: "))
        #expect(run.sentence.contains("could not be read: the RabbitMQ node is not running"))
        #expect(agent.tools.calls == ["rabbitmqctl -q eval_file observe"])
        let record = try #require(try agent.store.lastRun())
        #expect(record.state == .finished(.unknown))
        #expect(record.sentence == run.sentence)
    }

    @Test("A cluster whose state is unknown is not written to, whatever its export says")
    func unknownCluster() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.tools.set("status", "nonsense")
        let run = try await agent.apply()
        #expect(run.result == .unknown)
        #expect(run.actions.isEmpty)
        #expect(run.final.plan.blocked.map(\.resource) == [Agent.one, Agent.two])
        #expect(run.final.plan.blocked.allSatisfy { $0.reason.hasPrefix("the cluster's state is unknown: ") })
        // Where nobody named the cluster, its name is in the status alone.
        #expect(run.final.plan.unknown.keys.map(\.name) == ["cluster-name"])
        #expect(run.sentence.hasPrefix("No action: cluster-name could not be read: "))
        #expect(agent.tools.calls(of: "eval_file import") == 0)
    }

    @Test("A kind that can't be read keeps what was known of it")
    func keepsKnown() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.tools.set("export", Agent.export(["policies": [Agent.policy("one")]]))
        _ = try await agent.plan()
        func policies() throws -> ReadingRecord? { try agent.store.readings().first { $0.kind == "policy" } }
        let before = try #require(try policies())
        #expect(before.count == 1)
        #expect(before.unknownReason == nil)
        let drift = try agent.store.openDrift().map(\.resource)
        #expect(drift == [Agent.two])

        try agent.tools.set("export", String(FakeTools.blank.prefix(99)))
        _ = try await agent.plan()
        let after = try #require(try policies())
        #expect(after.count == 1)
        #expect(after.readAt == before.readAt)
        #expect(after.unknownReason?.contains("did not print the broker's definitions") == true)
        #expect(try agent.store.openDrift().map(\.resource) == drift, "drift is not closed by not looking")
    }

    @Test("A store that is closed lets nothing happen")
    func closedStore() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.store.close()
        await #expect(throws: StateStoreError.self) { try await agent.apply() }
        #expect(agent.tools.calls.isEmpty)
    }

    @Test("A store that fails between the plan and the first step: nothing is written to the broker")
    func storeFailsBeforeActing() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        await #expect(throws: StateStoreError.self) {
            try await agent.apply { event in
                if case .stepBegins = event { try? agent.store.close() }
            }
        }
        #expect(agent.tools.calls(of: "eval_file observe") == 1)
        #expect(agent.tools.calls(of: "eval_file import") == 0)
    }

    @Test("An import that is cut off is read again, and what it did counts")
    func timedOutImport() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]], then: "sleep 100")
        let run = try await agent.apply(write: .seconds(4))
        #expect(run.actions.count == 2)
        for action in run.actions {
            guard case .unknown(let words) = action.outcome else {
                Issue.record("\(action.outcome)")
                continue
            }
            #expect(words.contains("gave no answer within 4.0 seconds and was killed"))
        }
        #expect(run.result == .converged)
        #expect(run.sentence == "The outcome of 2 is unknown; everything is as the manifest says.")
        #expect(try agent.store.inventory() == [Agent.one, Agent.two])
    }

    @Test("An import that is cut off and did nothing is no success and no refusal")
    func timedOutInVain() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.tools.on("import", "sleep 100")
        let run = try await agent.apply(write: .seconds(4))
        #expect(run.result == .failed)
        #expect(
            run.sentence.contains("the outcome of 2 is unknown") || run.sentence.contains("The outcome of 2 is unknown")
        )
        #expect(try agent.store.stalls().isEmpty)
        #expect(try agent.store.inventory().isEmpty)
        #expect(
            agent.tools.calls(of: "eval_file import") == 1, "a broker that hangs is not asked again in the same run")
    }

    @Test("A command that exits with 0 and changes nothing is a refusal, and is not tried again")
    func ineffective() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.importing(["policies": [Agent.policy("one")]])
        let run = try await agent.apply()
        #expect(run.result == .stalled)
        #expect(
            run.sentence.contains("the broker refuses policy //two: the broker accepted the command and did not do it"))
        #expect(agent.tools.calls(of: "eval_file import") == 1)
        let again = try await agent.apply()
        #expect(again.result == .stalled)
        #expect(again.actions.isEmpty)
        #expect(agent.tools.calls(of: "eval_file import") == 1)
        #expect(try agent.store.inventory() == [Agent.one])

        try agent.declare(
            Agent.policies.replacing("name: two, vhost: /, pattern: ^", with: "name: two, vhost: /, pattern: ^a"))
        let changed = try await agent.apply()
        #expect(agent.tools.calls(of: "eval_file import") == 2, "another value is another question")
        #expect(changed.result == .stalled)
    }

    @Test("Only what is not there before and there after is Warren's own")
    func inventory() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.tools.set(
            "export", Agent.export(["policies": [Agent.policy("one", ["max-length": 9]), Agent.policy("x")]]))
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two"), Agent.policy("x")]])
        #expect(try await agent.apply().sentence == "Created 1, changed 1; everything is as the manifest says.")
        #expect(try agent.store.inventory() == [Agent.two])
    }

    @Test("What a lost inventory no longer vouches for is not deleted, prune or not")
    func lostInventory() async throws {
        let agent = try Agent()
        try agent.declare(
            """
              prune: { policies: true }
              policies: [{ name: one, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }]
            """)
        try agent.tools.set("export", Agent.export(["policies": [Agent.policy("one"), Agent.policy("two")]]))
        let run = try await agent.apply()
        #expect(run.result == .converged)
        #expect(agent.tools.calls(of: "eval_file delete") == 0)
        try agent.store.own([Agent.two], run: nil, at: Timestamp(milliseconds: 0))
        _ = try await agent.apply()
        #expect(agent.tools.calls(of: "eval_file delete") == 1)
    }

    @Test("A broker that goes down after the plan leaves a run that says so")
    func goesDownMidway() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.tools.on(
            "import",
            """
            echo "echo \\"node 'rabbit' not running at all\\" >&2; exit 69" > on-observe
            echo "node 'rabbit' not running at all" >&2; exit 69
            """)
        let run = try await agent.apply()
        #expect(run.result == .unknown)
        #expect(run.sentence.hasPrefix("2 failed; "))
        #expect(run.sentence.contains("not running"))
        #expect(try agent.store.stalls().isEmpty)
    }

    @Test("A plan without a store decides the same and remembers nothing")
    func noStore() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        let run = try await agent.reconciler(store: nil).plan()
        #expect(run.plan.actions.map(\.resource) == [Agent.one, Agent.two])
        #expect(try agent.store.readings().isEmpty)
    }

    @Test("The revision of one file is what sha256sum says")
    func revision() async throws {
        let agent = try Agent()
        let path = try agent.declare(Agent.policies)
        let result = try await agent.tools.runner.run(
            Invocation(executable: "/usr/bin/sha256sum", arguments: [path], deadline: .seconds(10)))
        #expect(try ManifestSource(path: path).revision == "sha256:" + result.stdout.prefix(64))
        let folder = try ScratchDirectory("manifest")
        try folder.write("a", to: "1.yaml")
        try folder.write("b", to: "2.yaml")
        let first = try ManifestSource(path: folder.path).revision
        try folder.write("ab", to: "1.yaml")
        try folder.write("", to: "2.yaml")
        #expect(
            try ManifestSource(path: folder.path).revision != first, "a byte that moves to another file is a change")
    }
}
