import ClusterModel

/// Hosts, and what RabbitMQ is started with on them.
enum HostShape {
    static let host = [
        Property(
            "name", .string(maximumBytes: 253, allowsEmpty: false), required: true,
            "The host's name, as the others resolve it."),
        Property("address", .string(maximumBytes: 45, allowsEmpty: false), required: true, "Its IPv4 or IPv6 address."),
        Property(
            "roles", .list(.choice(Host.Role.allCases.map(\.rawValue))), required: true,
            "What runs there: broker, proxy or both."),
        Property(
            "nodeType", .choice(Host.NodeType.allCases.map(\.rawValue)), default: "disc",
            "disc or ram; ram exists only before RabbitMQ 4.0."),
    ]

    static let broker = [
        Property("erlangCookie", .secret, "The secret that lets the members talk to each other."),
        Property("plugins", .list(.name), "The exact set of explicitly enabled plugins."),
        Property("config", .map(.scalarText), default: [:], "rabbitmq.conf: RabbitMQ's own keys, verbatim."),
        Property(
            "environment", .map(.scalarText), default: [:],
            "rabbitmq-env.conf, with or without RABBITMQ_ before a name."),
        Property("advancedConfig", .text, "The text of advanced.config."),
    ]

    static let membership = [
        Property(
            "replaceBlank", .choice(MembershipSettings.ReplaceBlank.allCases.map(\.rawValue)), default: "automatic",
            "Whether a member that comes back with an empty disk is forgotten and joined again."),
        Property(
            "discardMinority", .choice(MembershipSettings.DiscardMinority.allCases.map(\.rawValue)), default: "never",
            "Whether a minority that holds messages may be discarded to mend a partition."),
        Property(
            "restarts", .choice(MembershipSettings.Restarts.allCases.map(\.rawValue)), default: "automatic",
            "Whether members are restarted, one after another, where a changed configuration asks for it."),
        Property(
            "rebalanceAfter", .duration, default: "10m",
            "How long every member must have been up before leaders that gathered on one are spread again."),
    ]

    static let status = [
        Property("port", .integer(1...65_535), default: 15_690, "The port of the agent's status."),
        Property("agentCheckPort", .integer(1...65_535), default: 15_691, "The port that HAProxy's agent-check asks."),
        Property(
            "address", .choice(StatusSettings.Scope.allCases.map(\.rawValue)), default: "host",
            "What the agent listens on: host is each host's own address, any all of them, loopback only the host itself."
        ),
    ]
}
