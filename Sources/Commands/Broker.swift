import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import Providers

struct Broker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts and stops a broker that Warren supervises itself.",
        discussion: """
            For containers and laptops: all files of the broker are in one directory, and nothing outside is touched.

              warren broker start -f manifests/single.yaml --directory /tmp/broker
              warren broker ctl   -f manifests/single.yaml --directory /tmp/broker -- list_policies
              warren broker stop  -f manifests/single.yaml --directory /tmp/broker
            """,
        subcommands: [BrokerStart.self, BrokerStop.self, BrokerControl.self])
}

struct SupervisedOptions: ParsableArguments {
    @OptionGroup var manifestOptions: ManifestOptions

    @Option(help: ArgumentHelp("This host's name in the manifest.", valueName: "name"))
    var host = HostOptions.shortHostName

    @Option(help: ArgumentHelp("Where the broker has all its files.", valueName: "path"))
    var directory: String

    @Option(help: ArgumentHelp("Where RabbitMQ's own tools are.", valueName: "path"))
    var tools: String?

    func broker(runner: any ProcessRunning) throws -> SupervisedBroker {
        let (_, manifest) = try manifestOptions.load()
        return try HostOptions.context(host: host, runtime: .supervised, directory: directory, tools: tools)
            .supervisedBroker(for: manifest, runner: runner)
    }
}

struct BrokerStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts the broker, and waits until it serves.",
        discussion: """
            Example:

              warren broker start -f manifests/single.yaml --directory /tmp/broker
            """)

    @OptionGroup var supervised: SupervisedOptions

    func run() async throws {
        let broker = try supervised.broker(runner: ProcessRunner())
        try broker.prepare()
        try await broker.start { Terminal.note($0) }
        if case .running(let process) = broker.state() {
            print(
                "\(broker.installation.nodeName) runs as process \(process.pid), its files are in \(broker.layout.directory)"
            )
        }
    }
}

struct BrokerStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops the broker and all that was started with it.",
        discussion: """
            Example:

              warren broker stop -f manifests/single.yaml --directory /tmp/broker
            """)

    @OptionGroup var supervised: SupervisedOptions

    func run() async throws {
        let broker = try supervised.broker(runner: ProcessRunner())
        try await broker.stop()
        print("\(broker.installation.nodeName) is stopped")
    }
}

struct BrokerControl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ctl", abstract: "Runs rabbitmqctl on the broker, by hand.",
        discussion: """
            Example:

              warren broker ctl -f manifests/single.yaml --directory /tmp/broker -- list_policies
            """)

    @OptionGroup var supervised: SupervisedOptions

    @Argument(parsing: .postTerminator, help: "What rabbitmqctl is given, after --.")
    var arguments: [String] = []

    func run() async throws {
        let runner = ProcessRunner()
        let installation = try supervised.broker(runner: runner).installation
        let result = try await runner.run(
            installation.invocation(tool: "rabbitmqctl", arguments: arguments, deadline: .seconds(120)))
        Terminal.write(result.stdout, to: .standardOutput)
        Terminal.write(result.stderr, to: .standardError)
        guard case .exited(let code) = result.status else { throw ExitCode.failure }
        if code != 0 { throw ExitCode(Int32(code)) }
    }
}
