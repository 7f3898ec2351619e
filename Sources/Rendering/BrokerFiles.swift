import ClusterModel

/// The bytes of the files that RabbitMQ reads when it starts.
///
/// The loader has refused whatever these grammars can't hold, so that rendering can't fail.
public enum BrokerFiles {
    /// rabbitmq.conf: one `key = value` a line, in manifest order (https://www.rabbitmq.com/docs/configure).
    public static func rabbitmqConf(_ settings: BrokerSettings, manifest name: String) -> String {
        header("#", name) + settings.config.map { "\($0.key) = \($0.value)\n" }.joined()
    }

    /// rabbitmq-env.conf: shell assignments. Single quotes keep every character, so that nothing is expanded.
    public static func rabbitmqEnvConf(_ settings: BrokerSettings, manifest name: String) -> String {
        header("#", name)
            + settings.environment.map { "\($0.key)='\($0.value.replacing("'", with: "'\\''"))'\n" }.joined()
    }

    /// enabled_plugins: one Erlang list of names, sorted.
    public static func enabledPlugins(_ names: [String]) -> String {
        "[\(Set(names).sorted { $0.precedes($1) }.joined(separator: ","))].\n"
    }

    private static func header(_ comment: String, _ name: String) -> String {
        "\(comment) Written by Warren from the manifest of \(name.printable). Change the manifest, not this file.\n"
    }
}
