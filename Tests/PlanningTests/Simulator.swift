import ClusterModel
import ResourceKinds

@testable import Planning

/// A broker made of values: carrying out an action makes it so.
struct Simulator {
    var input: PlanningInput

    mutating func carryOut(_ action: Action) {
        let kind = action.resource.kind
        guard case .known(var all)? = input.observation.readings[kind] else { return }
        switch action.verb {
        case .create, .update:
            guard let desired = input.desired.first(where: { $0.id == action.resource }) else { return }
            var made = all[action.resource] ?? Resource(action.resource, [:])
            for (field, value) in desired.fields { made.fields[field] = value }
            all[action.resource] = made
            if action.verb == .create { input.inventory.insert(action.resource) }
        case .delete:
            all[action.resource] = nil
        }
        input.observation.readings[kind] = .known(all)
    }
}

/// Small worlds: every combination of a few objects, each missing, equal, changed or unexpected.
enum Worlds {
    enum State: CaseIterable { case absent, equal, changed, unnamed, unnamedButOurs }

    static let vhost = ResourceID("vhost", name: "v")
    static let policy = ResourceID("policy", vhost: "v", name: "p")
    static let user = ResourceID("user", name: "u")
    static let shovel = ResourceID("shovel", vhost: "v", name: "s")
    static let ids = [vhost, user, policy, shovel]

    static func fields(_ id: ResourceID, changed: Bool) -> [String: JSONValue] {
        switch id.kind {
        case "vhost": ["description": changed ? "other" : "", "tags": [], "limits": [:]]
        case "user":
            ["passwordHash": "", "hashingAlgorithm": "sha256", "tags": changed ? ["x"] : [], "limits": [:]]
        case "policy":
            [
                "pattern": changed ? "^x" : "^", "applyTo": "all", "priority": 0, "definition": ["max-length": 10],
            ]
        default:
            [
                "sourceUri": "amqp://", "destinationUri": changed ? "amqp://other" : "amqp://",
                "definition": ["src-queue": "a", "dest-queue": "b"],
            ]
        }
    }

    static let view = ClusterView(
        version: BrokerVersion(4, 0, 5), clusterName: "c", members: ["rabbit@a"], runningMembers: ["rabbit@a"])

    static func input(_ states: [State], cluster: Observation.ClusterReading = .known(view)) -> PlanningInput {
        var desired: [Resource] = []
        var readings: [Kind: Reading] = [:]
        for kind in ResourceKinds.all { readings[kind.kind] = .known([:]) }
        var inventory: Set<ResourceID> = []
        for (id, state) in zip(ids, states) {
            let isNamed = state != .unnamed && state != .unnamedButOurs
            if isNamed { desired.append(Resource(id, fields(id, changed: false))) }
            if state == .unnamedButOurs { inventory.insert(id) }
            if state != .absent {
                readings[id.kind] = .known([id: Resource(id, fields(id, changed: state == .changed))])
            }
        }
        return PlanningInput(
            desired: desired,
            observation: Observation(readings: readings, cluster: cluster, readAt: Timestamp(milliseconds: 0)),
            members: ["rabbit@a"], prune: PruneSettings(enabled: Set(PruneSettings.keys)), inventory: inventory)
    }

    /// All 625 of them.
    static let all: [[State]] = ids.reduce([[]]) { worlds, _ in
        worlds.flatMap { world in State.allCases.map { world + [$0] } }
    }
}

extension Plan {
    /// Everything of the plan as text, to compare two byte for byte.
    var text: String { "\(drift)\n\(steps)\n\(blocked)\n\(stalled)\n\(unknown.sorted { $0.key < $1.key })" }
}
