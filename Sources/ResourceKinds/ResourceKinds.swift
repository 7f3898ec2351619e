import ClusterModel

/// The one list of the kinds that exist, in the order in which a manifest declares them.
public enum ResourceKinds {
    public static let all: [any ResourceKind] = [
        FileKind(),
        ServiceKind(),
        NodeKind(),
        ConfigurationKind(),
        MemberKind(),
        ReplicasKind(),
        LeadersKind(),
        PluginsKind(),
        ClusterNameKind(),
        VhostKind(),
        UserKind(),
        PermissionKind(),
        TopicPermissionKind(),
        PolicyKind(.user),
        PolicyKind(.operator),
        UpstreamKind(),
        UpstreamSetKind(),
        ParameterKind(),
        GlobalParameterKind(),
        ExchangeKind(),
        QueueKind(),
        BindingKind(),
        ShovelKind(),
        LinkKind(),
    ]

    public static let byName: [Kind: any ResourceKind] = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
    /// The place of a kind in `all`.
    public static let order: [Kind: Int] =
        Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.kind, $0) })
    /// The keys of `spec.modes`, in the order of the kinds.
    public static let modeKeys: [String] = all.map(\.modeKey).reduce(into: []) { keys, key in
        if !keys.contains(key) { keys.append(key) }
    }
    /// The kinds that a definitions document carries: all but those of a host.
    public static let inDefinitions: [any ResourceKind] = all.filter { $0.scope == .cluster }
    /// The kinds of a host, which its own agent reads.
    public static let ofHosts: [any ResourceKind] = all.filter { $0.scope == .host }
}
