import ClusterModel

/// The cluster's name. There is exactly one, `metadata.name`.
public struct ClusterNameKind: ResourceKind {
    public init() {}

    public static let id = ResourceID("cluster-name", name: "cluster")

    public var kind: Kind { "cluster-name" }
    public var fieldOrder: [String] { ["value"] }

    /// The loader hands the name over as `spec.clusterName`, see `ManifestLoading`.
    public func desired(in spec: Located) -> [Resource] {
        guard let name = spec["clusterName"] else { return [] }
        return [Resource(Self.id, ["value": name.json], declaredBy: name)]
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions[.globalParameters]
            .filter { $0["name"]?.string == "cluster_name" }
            .map { Resource(Self.id, ["value": $0["value"] ?? ""]) }
    }

    /// Renaming a cluster recreates all federation links and deletes the queues on the upstreams that carry the
    /// old name, with the messages that wait there (seen on 3.10.8 and 4.0.5).
    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        guard change.verb != .delete else { return nil }
        guard let upstreams = world.observation.readings["upstream"]?.resources else {
            return Refusal(
                .other("no-federation-backlog"), "whether federation upstreams exist could not be read")
        }
        guard let first = upstreams.keys.min() else { return nil }
        return Refusal(
            .other("no-federation-backlog"),
            "renaming the cluster deletes the queues that its federation links hold on their upstreams, with the "
                + "messages that wait there (\(upstreams.count) upstream\(upstreams.count == 1 ? "" : "s"), the first is "
                + "\(first)); keep the old name in metadata.name, or empty those queues and run "
                + "rabbitmqctl set_cluster_name by hand")
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .merge([
            DefinitionsEntry(.globalParameters, ["name": "cluster_name", "value": desired["value"] ?? ""])
        ])
    }
}
