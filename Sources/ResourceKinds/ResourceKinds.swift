import ClusterModel

/// The one list of the kinds that exist, in the order in which a manifest declares them.
public enum ResourceKinds {
    public static let all: [any ResourceKind] = [
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
    ]

    public static let byName: [Kind: any ResourceKind] = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
    /// The place of a kind in `all`.
    public static let order: [Kind: Int] =
        Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.kind, $0) })
    /// The kinds that a definitions document carries: all but those of a host.
    public static let inDefinitions: [any ResourceKind] = all.filter { $0.scope == .cluster }
}
