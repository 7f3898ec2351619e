import ClusterModel
import Foundation
import HostAccess
import Providers

/// A real broker of one version, shared by all tests of a test process.
///
/// It is started on first use and ended with the process. Tests that use it are extensions of `RealBrokers`, which
/// run one after another; each begins with `reset()`.
public struct TestBroker: Sendable {
    public enum Version: String, CaseIterable, Sendable, CustomStringConvertible {
        /// RabbitMQ 3.10 of this machine.
        case v3
        /// RabbitMQ 4.0 in the Debian 13 tree that `make testbed` makes.
        case v4

        public var description: String { rawValue }
        public var release: BrokerVersion { self == .v3 ? BrokerVersion(3, 10, 8) : BrokerVersion(4, 0, 5) }
    }

    public let version: Version
    public let supervised: SupervisedBroker
    public let runner: ProcessRunner
    public let home: BrokerHome
    public let amqpPort: Int

    public var installation: BrokerInstallation { supervised.installation }

    /// The running broker of this version, with the plugins for federation and shovels.
    public static func shared(_ version: Version) async throws -> TestBroker {
        try await SharedBrokers.shared.broker(version)
    }

    /// A broker of its own, prepared and not started, for tests of starting and stopping.
    public static func fresh(_ version: Version, plugins: [String] = []) throws -> TestBroker {
        let home = try BrokerHome(version)
        guard let amqp = LocalPort.anyFree(), let distribution = LocalPort.anyFree(), let mapper = LocalPort.anyFree()
        else { throw TestFailure("no free port") }
        let settings = SupervisedSettings(
            configText: """
                listeners.tcp.default = 127.0.0.1:\(amqp)
                log.file.level = info
                disk_free_limit.absolute = 10MB
                vm_memory_high_watermark.absolute = 1GB

                """,
            enabledPlugins: plugins,
            environment: ["DIST_PORT": String(distribution), "NODE_PORT": String(amqp)], portMapperPort: mapper)
        let runner = ProcessRunner()
        let broker = SupervisedBroker(
            directory: home.broker, nodeName: "rabbit@localhost", settings: settings,
            account: home.account, toolsDirectory: home.tools, exchangeDirectory: "/dev/shm",
            pluginsDirectory: home.pluginsDirectory, runner: runner)
        try broker.prepare()
        return TestBroker(version: version, supervised: broker, runner: runner, home: home, amqpPort: amqp)
    }

    /// Runs a tool as a person would by hand, and returns what it printed. Any failure is thrown.
    @discardableResult
    public func tool(_ name: String, _ arguments: [String], input: String? = nil) async throws -> String {
        let call = installation.invocation(
            tool: name, arguments: arguments, standardInput: input.map { Array($0.utf8) }, deadline: .seconds(60))
        let result = try await runner.run(call)
        guard result.status.isSuccess else {
            throw TestFailure("\(name) \(arguments) \(result.status): \(result.stdout)\(result.stderr)")
        }
        return result.stdout
    }

    /// Runs `rabbitmqctl` by hand.
    @discardableResult
    public func ctl(_ arguments: String...) async throws -> String { try await tool("rabbitmqctl", arguments) }

    /// Evaluates Erlang on the broker; the code is in a file, so that it may be of any length.
    @discardableResult
    public func eval(_ erlang: String) async throws -> String {
        try await installation.withExchangeFile(Array(erlang.utf8)) { path in
            try await tool("rabbitmqctl", ["eval_file", path, "-q"])
        }
    }

    /// Ends the broker and removes all that it left.
    public func destroy() async throws {
        try await supervised.stop()
        home.remove()
    }
}

/// What a test helper could not do.
public struct TestFailure: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
