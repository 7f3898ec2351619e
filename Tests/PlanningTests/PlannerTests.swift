import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

@Suite("The planner")
struct PlannerTests {
    @Test("Plugins come first, shovels after the queues, deletions last and in reverse")
    func order() {
        var input = Worlds.input([.absent, .absent, .absent, .absent])
        input.desired.append(Resource(PluginsKind.id, ["enabled": ["rabbitmq_shovel"]]))
        input.observation.readings["plugins"] = .known([PluginsKind.id: Resource(PluginsKind.id, ["enabled": []])])
        let old = ResourceID("policy", vhost: "v", name: "old")
        let binding = ResourceID("binding", vhost: "v", name: "a/queue/b/")
        input.observation.readings["policy"] = .known([old: Resource(old, Worlds.fields(old, changed: false))])
        input.observation.readings["binding"] = .known([
            binding: Resource(binding, ["source": "a", "destination": "b"])
        ])
        input.inventory = [old, binding]
        let steps = Planner.plan(input).steps.map { $0.actions.map(\.resource) }
        #expect(
            steps == [
                [PluginsKind.id], [Worlds.user, Worlds.vhost, Worlds.policy], [Worlds.shovel], [binding, old],
            ])
    }

    @Test("What Warren did not create is reported as unmanaged and never deleted")
    func unmanaged() {
        let plan = Planner.plan(Worlds.input([.unnamed, .unnamed, .unnamed, .unnamed]))
        #expect(plan.drift.allSatisfy { $0.difference == .unexpected(.unmanaged) && !$0.isOpen })
        #expect(plan.drift.count == 4 && plan.steps.isEmpty && plan.blocked.isEmpty)
    }

    @Test("Pruning off leaves what Warren created, and reports it")
    func pruneOff() {
        var input = Worlds.input([.equal, .equal, .unnamedButOurs, .equal])
        input.prune = PruneSettings()
        let plan = Planner.plan(input)
        #expect(plan.openDrift.map(\.resource) == [Worlds.policy])
        #expect(plan.steps.isEmpty)
    }

    @Test("One deletion more than maxDeletions deletes nothing at all and says so")
    func maxDeletions() {
        var input = Worlds.input([.equal, .equal, .unnamedButOurs, .unnamedButOurs])
        input.prune.maxDeletions = 1
        let plan = Planner.plan(input)
        #expect(plan.steps.isEmpty)
        #expect(plan.blocked.map(\.guard.name) == ["max-deletions", "max-deletions"])
        input.prune.maxDeletions = 2
        #expect(Planner.plan(input).actions.count == 2)
    }

    @Test("An empty manifest deletes nothing")
    func emptyManifest() {
        let plan = Planner.plan(Worlds.input([.unnamedButOurs, .unnamedButOurs, .unnamedButOurs, .unnamedButOurs]))
        #expect(plan.steps.isEmpty)
        #expect(Set(plan.blocked.map(\.guard.name)).isSubset(of: ["empty-manifest", "owns-contents"]))
    }

    @Test("A vhost that holds a stranger's object is not deleted")
    func foreignContents() {
        let plan = Planner.plan(Worlds.input([.unnamedButOurs, .equal, .unnamed, .unnamedButOurs]))
        #expect(plan.blocked.map(\.resource) == [Worlds.vhost])
        #expect(plan.blocked[0].guard.name == "owns-contents")
        #expect(plan.blocked[0].reason.contains("policy v/p"))
    }

    @Test("Renaming the cluster is blocked while an upstream exists, and is done while none does")
    func clusterName() {
        var input = Worlds.input([.equal, .equal, .equal, .equal])
        input.desired.append(Resource(ClusterNameKind.id, ["value": "new"]))
        input.observation.readings["cluster-name"] = .known([
            ClusterNameKind.id: Resource(ClusterNameKind.id, ["value": "old"])
        ])
        #expect(Planner.plan(input).actions.map(\.resource) == [ClusterNameKind.id])
        let upstream = UpstreamKind.id("v", "berlin")
        input.desired.append(Resource(upstream, ["uri": "amqp://"]))
        input.observation.readings["upstream"] = .known([upstream: Resource(upstream, ["uri": "amqp://"])])
        let plan = Planner.plan(input)
        #expect(plan.steps.isEmpty && plan.blocked.map(\.guard.name) == ["no-federation-backlog"])
    }

    @Test("A queue's arguments can't be changed, and the rest goes on")
    func immutableQueue() {
        var input = Worlds.input([.equal, .equal, .changed, .equal])
        let queue = ResourceID("queue", vhost: "v", name: "q")
        let fields: [String: JSONValue] = ["type": "classic", "durable": true, "autoDelete": false, "arguments": [:]]
        input.desired.append(Resource(queue, fields.merging(["type": "quorum"]) { $1 }))
        input.observation.readings["queue"] = .known([queue: Resource(queue, fields)])
        let plan = Planner.plan(input)
        #expect(plan.blocked.map(\.guard.name) == ["immutable"])
        #expect(plan.actions.map(\.resource) == [Worlds.policy])
    }

    @Test("A refusal is not asked for again until the object, the manifest, the version or the plugins change")
    func stalls() {
        var input = Worlds.input([.equal, .equal, .changed, .equal])
        let action = Planner.plan(input).actions[0]
        input.stalls = [
            Worlds.policy: Stall(
                Worlds.policy, message: "no", fingerprint: action.fingerprint, since: Timestamp(milliseconds: 1))
        ]
        let stalled = Planner.plan(input)
        #expect(stalled.steps.isEmpty && stalled.stalled.map(\.message) == ["no"])
        var newPlugins = input
        newPlugins.observation.readings["plugins"] = .known([
            PluginsKind.id: Resource(PluginsKind.id, ["enabled": ["rabbitmq_shovel"]])
        ])
        #expect(Planner.plan(newPlugins).actions.count == 1)
        var newVersion = input
        newVersion.observation.cluster = .known(
            ClusterView(
                version: BrokerVersion(4, 1), clusterName: "c", members: ["rabbit@a"], runningMembers: ["rabbit@a"]))
        #expect(Planner.plan(newVersion).actions.count == 1)
    }

    @Test("What needs a vhost that can't be created is blocked with it, by name")
    func dependency() {
        var input = Worlds.input([.absent, .equal, .absent, .absent])
        input.unreadable[Worlds.vhost] = "no such file"
        let plan = Planner.plan(input)
        #expect(plan.steps.isEmpty)
        #expect(plan.blocked.map(\.guard.name) == ["secret", "dependency", "dependency"])
        #expect(plan.blocked[1].reason.contains("vhost v"))
    }

    @Test("ha-mode on 4.x is blocked with the quorum queue as the alternative, and is written on 3.x")
    func mirroring() {
        var input = Worlds.input([.equal, .equal, .absent, .equal])
        let index = input.desired.firstIndex { $0.id == Worlds.policy }!
        input.desired[index].fields["definition"] = ["ha-mode": "all"]
        #expect(Planner.plan(input).blocked.map(\.guard.name) == ["version"])
        #expect(Planner.plan(input).blocked[0].reason.contains("quorum"))
        input.observation.cluster = .known(
            ClusterView(
                version: BrokerVersion(3, 10, 8), clusterName: "c", members: ["rabbit@a"], runningMembers: ["rabbit@a"])
        )
        #expect(Planner.plan(input).actions.count == 1)
    }
}

@Suite("What is drift and what is not")
struct ComparisonTests {
    private func drift(_ kind: Kind, _ field: String, desired: JSONValue, observed: JSONValue) -> [FieldChange] {
        let id = ResourceID(kind, vhost: "v", name: "n")
        var input = Worlds.input([])
        input.desired = [Resource(id, [field: desired])]
        input.observation.readings[kind] = .known([id: Resource(id, [field: observed])])
        return Planner.plan(input).drift.flatMap(\.changes)
    }

    @Test(
        "Another spelling of the same value is no drift",
        arguments: [
            ("policy", "definition", ["a": 1, "b": [1.0, 2]], ["b": [1, 2], "a": 1.0]),
            ("policy", "priority", 0, 0.0),
            ("global-parameter", "value", ["region": "x"], [["region", "x"]]),
            ("global-parameter", "value", [:], []),
            ("upstream", "definition", ["ack-mode": "on-confirm"], [:]),
            ("upstream", "uri", "amqp://a", ["amqp://a"]),
            ("shovel", "definition", ["src-queue": "a"], ["src-queue": "a", "src-delete-after": "never"]),
        ] as [(Kind, String, JSONValue, JSONValue)])
    func sameMeaning(kind: Kind, field: String, desired: JSONValue, observed: JSONValue) {
        #expect(drift(kind, field, desired: desired, observed: observed).isEmpty)
    }

    @Test(
        "Another value is drift",
        arguments: [
            ("policy", "definition", ["a": 1], ["a": "1"]),
            ("policy", "definition", ["a": 1], ["a": 1, "b": 2]),
            ("policy", "priority", 0, 0.5),
            ("global-parameter", "value", [["region", "x"]], [["region", "y"]]),
            ("global-parameter", "value", true, 1),
            ("policy", "pattern", "e\u{301}", "\u{e9}"),
            ("upstream", "uri", ["amqp://a", "amqp://b"], ["amqp://b", "amqp://a"]),
        ] as [(Kind, String, JSONValue, JSONValue)])
    func otherValue(kind: Kind, field: String, desired: JSONValue, observed: JSONValue) {
        #expect(drift(kind, field, desired: desired, observed: observed).count == 1)
    }

    @Test("A drift never shows a password, a hash or the user information of a URI")
    func redacted() {
        let uri = drift(
            "upstream", "uri", desired: "amqp://u:SECRET@h/v?password=SECRET", observed: "amqps://x:SECRET2@/y@h")
        #expect(uri.count == 1 && !"\(uri)".contains("SECRET"))
        #expect("\(uri)".contains("@h/v"))
        let hash = drift("user", "passwordHash", desired: "SECRET", observed: "SECRET2")
        #expect(hash.count == 1 && !"\(hash)".contains("SECRET"))
        let parameter = drift(
            "parameter", "value", desired: ["deep": [["amqp://u:SECRET@h"]]], observed: ["deep": "x"])
        #expect(parameter.count == 1 && !"\(parameter)".contains("SECRET"))
    }

    @Test("Ignored objects are neither reported nor fixed; an ignored field keeps what it has when others are fixed")
    func ignored() {
        var input = Worlds.input([.equal, .changed, .changed, .equal])
        input.ignore = [IgnoreRule(pattern: "policy v/*"), IgnoreRule(pattern: "user u", fields: ["tags"])]
        #expect(Planner.plan(input).drift.isEmpty)
        let index = input.desired.firstIndex { $0.id == Worlds.user }!
        input.desired[index].fields["limits"] = ["max-channels": 1]
        guard case .merge(let entries)? = Planner.plan(input).actions.first?.change else {
            Issue.record("no action")
            return
        }
        #expect(entries[0].value["tags"] == ["x"])
    }
}
