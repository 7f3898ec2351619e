import ClusterModel

/// The replicas of one member: those that it is to get, of queues that have fewer than they were declared with, as after
/// a member was replaced; and those that are not complete yet after it started. The lead adds them; they catch up by
/// themselves.
public struct ReplicasKind: ResourceKind {
    public init() {}

    public var kind: Kind { "replicas" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .membership }
    public var fieldOrder: [String] { ["lacking", "behind"] }

    public func scope(of verb: Action.Verb) -> Action.Scope { .cluster }
    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    public static func id(_ node: String) -> ResourceID { ResourceID("replicas", name: node) }

    /// As it should be.
    public static func resource(_ node: String) -> Resource { Resource(id(node), ["lacking": 0, "behind": 0]) }

    /// As it is.
    public static func observed(_ node: String, in replicas: ReplicaView) -> Resource {
        let isSettling = replicas.uptimes[node].map { $0 < settling } ?? false
        return Resource(
            id(node),
            [
                "lacking": .integer(replicas.lacking[node]?.count ?? 0),
                "behind": .integer(isSettling ? replicas.behind(on: node).count : 0),
            ])
    }

    /// For how many seconds after its start a member that is behind is drift. Later, a replica may be behind for a moment
    /// because its queue is busy.
    static let settling = 600

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        guard let view = world.observation.cluster.view, let node = change.desired?.id.name else { return nil }
        if !change.fields.contains("lacking") {
            let queues = view.replicas?.behind(on: node) ?? ReplicaView.Queues()
            return Refusal(.other("incomplete"), "\(queues.words) catching up; Warren waits for it")
        }
        guard let alarm = view.alarms.first else { return nil }
        return Refusal(.other("alarm"), "\(alarm): replicas are added when it is over")
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .membership(.grow(member: desired.id.name))
    }
}
