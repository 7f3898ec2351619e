import ClusterModel

/// The node of a broker host, which has to be in service. Its own host's agent brings it back, where `Healing` lets it.
/// A node without a process is the service's business.
public struct NodeKind: ResourceKind {
    public init() {}

    public var kind: Kind { "node" }
    public var modeKey: String { "services" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .services }
    public var fieldOrder: [String] { ["state", "gone"] }

    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    public static func id(_ node: String) -> ResourceID { ResourceID("node", name: node) }

    /// A node as it should be.
    ///
    /// - Parameter healing: with a repair, how it becomes so.
    public static func resource(_ node: String, _ healing: Healing = .none) -> Resource {
        var resource = Resource(id(node), ["state": .string(NodeState.running.rawValue), "gone": 0])
        guard case .do(let repair) = healing else { return resource }
        resource.fields["repair"] = .string(repair.means.rawValue)
        if let witness = repair.witness { resource.fields["witness"] = .string(witness) }
        if case .rejoin(_, let discards?) = repair { resource.fields["discards"] = .string(discards) }
        return resource
    }

    /// A node as it is.
    ///
    /// - Parameter gone: of how many queues its replica's process is gone.
    public static func observed(_ node: String, _ state: NodeState, gone: Int) -> Resource {
        let shown = state.isInService ? NodeState.running : state
        return Resource(id(node), ["state": .string(shown.rawValue), "gone": .integer(gone)])
    }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        switch world.host?.healing {
        case .do: return nil
        case .wait(let reason): return Refusal(.other("healing"), reason)
        case .refuse(let reason, let wayOut): return Refusal(.other("healing"), "\(reason): \(wayOut)")
        case nil, .some(.none): return Refusal(.other("healing"), "its state is not known well enough")
        }
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        let means = desired["repair"]?.string.flatMap(NodeRepair.Means.init) ?? .startPortMapper
        return .node(
            NodeRepair(means, witness: desired["witness"]?.string ?? "", discards: desired["discards"]?.string))
    }
}
