import ClusterModel
import HostAccess

/// How this host's RabbitMQ is reached: which tools, as whom, with which environment.
///
/// The tools are run from `/usr/lib/rabbitmq/bin`, not from `/usr/sbin`: the distribution's wrappers there pass
/// arguments through a shell, which expands them.
public struct BrokerInstallation: Sendable {
    public static let standardTools = "/usr/lib/rabbitmq/bin"

    public let nodeName: String
    public let toolsDirectory: String
    public let account: BrokerAccount
    /// The complete environment of the tools.
    public let environment: [String: String]
    public let enabledPluginsFile: String
    /// Where files that are handed to the tools go, a directory in memory; nil for the usual one.
    public let exchangeDirectory: String?
    /// Where the broker's plugins are, which `rabbitmq-plugins` of 4.x does not find while the node is down.
    public let pluginsDirectory: String?

    public init(
        nodeName: String, toolsDirectory: String = standardTools, account: BrokerAccount,
        environment: [String: String], enabledPluginsFile: String, exchangeDirectory: String? = nil,
        pluginsDirectory: String? = nil
    ) {
        self.nodeName = nodeName
        self.toolsDirectory = toolsDirectory
        self.account = account
        self.environment = environment
        self.enabledPluginsFile = enabledPluginsFile
        self.exchangeDirectory = exchangeDirectory
        self.pluginsDirectory = pluginsDirectory
    }

    /// Whom Warren is to become before it starts a tool.
    public var runAs: OSUser? { account.runAs }
    /// Whose a file has to be that the tools are to read.
    public var fileOwner: FileOwner? { account.fileOwner }

    /// The distribution's package under systemd, as it is on `host`.
    public static func systemd(host: String) throws(InstallationFailure) -> BrokerInstallation {
        guard FileStatus.isExecutable(standardTools + "/rabbitmqctl") else { throw .noTools(standardTools) }
        let account = try BrokerAccount.standard()
        if case .current = account, OSUser.current?.name != "rabbitmq" { throw .notPermitted }
        return BrokerInstallation(
            nodeName: "rabbit@\(host)", account: account,
            environment: baseEnvironment(nodeName: "rabbit@\(host)", home: "/var/lib/rabbitmq"),
            enabledPluginsFile: "/etc/rabbitmq/enabled_plugins", pluginsDirectory: distributionPlugins())
    }

    /// One run of one of the tools, as a value.
    public func invocation(
        tool: String, arguments: [String], standardInput: [UInt8]? = nil, deadline: Duration
    ) -> Invocation {
        var environment = environment
        if tool == "rabbitmq-plugins", let pluginsDirectory { environment["RABBITMQ_PLUGINS_DIR"] = pluginsDirectory }
        return Invocation(
            executable: "\(toolsDirectory)/\(tool)", arguments: arguments, environment: environment, user: runAs,
            standardInput: standardInput, deadline: deadline)
    }

    /// Runs `body` with the path of a file of these bytes that the tools can read and nobody else can, and that is
    /// gone afterwards.
    public func withExchangeFile<Value>(
        _ contents: [UInt8], isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Value
    ) async throws -> Value {
        try await withMemoryFile(contents, owner: fileOwner, directory: exchangeDirectory, body)
    }

    /// What every tool needs: without the locale, text that is not ASCII is stored garbled; without `HOME`, the
    /// cookie is not found and another one made.
    static func baseEnvironment(nodeName: String, home: String) -> [String: String] {
        var environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "RABBITMQ_NODENAME": nodeName,
            // Each running tool takes a port of its own: with the usual eleven, the twelfth call fails.
            "RABBITMQ_CTL_DIST_PORT_MIN": "35672", "RABBITMQ_CTL_DIST_PORT_MAX": "36671",
            "ERL_CRASH_DUMP_SECONDS": "0",
        ]
        if nodeName.split(separator: "@").last?.contains(".") == true { environment["RABBITMQ_USE_LONGNAME"] = "true" }
        return environment
    }

    /// The plugins of the newest RabbitMQ that the distribution's package left here.
    public static func distributionPlugins(library: String = "/usr/lib/rabbitmq/lib") -> String? {
        let prefix = "rabbitmq_server-"
        let names = ((try? Directory.names(library)) ?? []).filter { $0.hasPrefix(prefix) }
        let newest = names.compactMap { name in BrokerVersion(String(name.dropFirst(prefix.count))).map { ($0, name) } }
            .max { $0.0 < $1.0 }
        return newest.map { "\(library)/\($0.1)/plugins" }
    }
}
