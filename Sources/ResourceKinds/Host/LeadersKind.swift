import ClusterModel

/// The leaders of all quorum queues, which are to be spread over the members. The lead moves them.
public struct LeadersKind: ResourceKind {
    public init() {}

    public var kind: Kind { "leaders" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .movers }
    public var fieldOrder: [String] { ["spread"] }

    public func scope(of verb: Action.Verb) -> Action.Scope { .cluster }
    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    public static func id(_ cluster: String) -> ResourceID { ResourceID("leaders", name: cluster) }

    /// - Parameter gathered: where they are, in words, when they are not spread.
    public static func resource(_ cluster: String, gathered: String? = nil) -> Resource {
        Resource(id(cluster), ["spread": .string(gathered ?? "evenly")])
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change { .membership(.rebalance) }
}
