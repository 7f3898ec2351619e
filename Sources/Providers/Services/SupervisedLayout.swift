import HostAccess

/// What a supervised broker is given.
public struct SupervisedSettings: Sendable, Hashable {
    /// The text of `rabbitmq.conf`.
    public var configText: String
    public var enabledPlugins: [String]
    /// RabbitMQ's environment variables, without their prefix `RABBITMQ_`: `["NODE_PORT": "5672"]`.
    public var environment: [String: String]
    /// The port of the Erlang port mapper; by default the one after the distribution port, so that a port mapper
    /// of someone else's is left alone. All members of a cluster need the same.
    public var portMapperPort: Int?

    public init(
        configText: String = "", enabledPlugins: [String] = [], environment: [String: String] = [:],
        portMapperPort: Int? = nil
    ) {
        self.configText = configText
        self.enabledPlugins = enabledPlugins
        self.environment = environment
        self.portMapperPort = portMapperPort
    }

    /// RabbitMQ's own rule: 20000 above the port for clients.
    public var distributionPort: Int {
        environment["DIST_PORT"].flatMap { Int($0) } ?? (environment["NODE_PORT"].flatMap { Int($0) } ?? 5672) + 20000
    }

    public var effectivePortMapperPort: Int { portMapperPort ?? distributionPort + 1 }

    /// The ports on which clients are to be served: those of `listeners.tcp.NAME`, else `NODE_PORT`, else 5672.
    public var clientPorts: [Int] {
        let named = configText.split(separator: "\n").compactMap { line -> Int? in
            let sides = line.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            guard sides.count == 2, sides[0].hasPrefix("listeners.tcp.") else { return nil }
            return sides[1].split(separator: ":").last.flatMap { Int($0) }
        }
        return named.isEmpty ? [environment["NODE_PORT"].flatMap { Int($0) } ?? 5672] : named
    }
}

/// Where the files of a supervised broker are: all in one directory.
public struct SupervisedLayout: Sendable {
    public let directory: String
    public let nodeName: String

    public init(directory: String, nodeName: String) {
        self.directory = directory
        self.nodeName = nodeName
    }

    public var home: String { directory + "/home" }
    public var cookie: String { home + "/.erlang.cookie" }
    public var data: String { directory + "/data" }
    public var log: String { directory + "/log" }
    /// What the server writes to its standard output and error.
    public var output: String { log + "/server.out" }
    public var config: String { directory + "/rabbitmq.conf" }
    public var enabledPlugins: String { directory + "/enabled_plugins" }
    public var environmentFile: String { directory + "/rabbitmq-env.conf" }
    public var processes: BrokerProcesses { BrokerProcesses(directory: directory) }
    var lock: String { directory + "/lock" }

    /// What both the server and the tools need to see the same broker, and nothing of `/etc/rabbitmq`.
    func environment(_ settings: SupervisedSettings) -> [String: String] {
        var environment = BrokerInstallation.baseEnvironment(nodeName: nodeName, home: home)
        for (name, value) in settings.environment { environment["RABBITMQ_" + name] = value }
        let fixed = [
            "CONF_ENV_FILE": environmentFile, "CONFIG_FILE": config, "CONFIG_FILES": directory + "/conf.d",
            "ADVANCED_CONFIG_FILE": directory + "/advanced.config", "GENERATED_CONFIG_DIR": directory + "/config",
            "MNESIA_BASE": data, "LOG_BASE": log, "ENABLED_PLUGINS_FILE": enabledPlugins,
            "DIST_PORT": String(settings.distributionPort),
        ]
        for (name, value) in fixed { environment["RABBITMQ_" + name] = value }
        environment["ERL_EPMD_PORT"] = String(settings.effectivePortMapperPort)
        // Otherwise a tool that finds no port mapper starts one, which nobody stops. Without it the call fails (78).
        environment["ERL_ZFLAGS"] = "-start_epmd false"
        return environment
    }
}

extension BrokerInstallation {
    /// A broker that Warren itself starts, with all it has in one directory.
    public static func supervised(
        directory: String, nodeName: String, settings: SupervisedSettings, account: BrokerAccount,
        toolsDirectory: String = standardTools, exchangeDirectory: String? = nil,
        pluginsDirectory: String? = distributionPlugins()
    ) -> BrokerInstallation {
        let layout = SupervisedLayout(directory: directory, nodeName: nodeName)
        return BrokerInstallation(
            nodeName: nodeName, toolsDirectory: toolsDirectory, account: account,
            environment: layout.environment(settings), enabledPluginsFile: layout.enabledPlugins,
            exchangeDirectory: exchangeDirectory, pluginsDirectory: pluginsDirectory)
    }
}
