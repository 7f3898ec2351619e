import ClusterModel

/// The configuration that a broker host's node runs with. A node reads its files only when it starts, so that a changed
/// one is drift until the node was restarted. Apart from `NodeKind`, as nothing is wrong with the node: its restarts
/// and its faults do not use up each other's budget.
public struct ConfigurationKind: ResourceKind {
    public init() {}

    /// What is said of it.
    public enum State: String, Sendable {
        case current, outdated
        /// A restart was begun, and it is not known that it ended well.
        case restarting
    }

    public var kind: Kind { "configuration" }
    public var modeKey: String { "services" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .services }
    public var fieldOrder: [String] { ["state"] }

    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    public static func id(_ node: String) -> ResourceID { ResourceID("configuration", name: node) }

    /// As it should be.
    ///
    /// - Parameter restart: with a repair, how it becomes so.
    public static func resource(_ node: String, _ restart: Healing = .none) -> Resource {
        var resource = observed(node, .current)
        guard case .do(let repair) = restart, let witness = repair.witness else { return resource }
        resource.fields["repair"] = .string(repair.means.rawValue)
        resource.fields["witness"] = .string(witness)
        return resource
    }

    public static func observed(_ node: String, _ state: State) -> Resource {
        Resource(id(node), ["state": .string(state.rawValue)])
    }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        switch world.host?.restart {
        case .do: return nil
        case .wait(let reason): return Refusal(.other("restart"), reason)
        case .refuse(let reason, let wayOut): return Refusal(.other("restart"), "\(reason): \(wayOut)")
        case nil, .some(.none): return Refusal(.other("restart"), "the node is not in service")
        }
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        let means = desired["repair"]?.string.flatMap(NodeRepair.Means.init) ?? .settle
        return .node(NodeRepair(means, witness: desired["witness"]?.string ?? ""))
    }
}
