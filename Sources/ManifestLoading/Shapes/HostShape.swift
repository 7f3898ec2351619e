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
            "replaceBlank", .choice(["automatic", "ask"]), default: "automatic",
            "Whether a member that comes back with an empty disk is forgotten and joined again."),
        Property(
            "discardMinority", .choice(["never", "automatic"]), default: "never",
            "Whether a minority that holds messages may be discarded to mend a partition."),
    ]
}
