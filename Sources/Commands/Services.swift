import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import Providers

struct Services: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The services that Warren supervises itself, by hand.",
        discussion: """
            For hosts whose agent runs with --runtime supervised. An agent that runs starts again what is stopped here:
            end it first.

              warren services status --directory /var/lib/broker
              warren services stop   --directory /var/lib/broker
              warren services start  --directory /var/lib/broker haproxy
            """,
        subcommands: [ServicesStatus.self, ServicesStart.self, ServicesStop.self])
}

extension HostService: ExpressibleByArgument {}

/// Which services, and where their files are.
struct ServicesOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the supervised services have all their files.", valueName: "path"))
    var directory: String

    @Argument(help: "rabbitmq-server, haproxy or keepalived; all of them where none is named.")
    var names: [HostService] = []

    /// In the order in which they are stopped.
    var services: [HostService] {
        let order = SupervisedServices.stopOrder
        return names.isEmpty ? order : order.filter(names.contains)
    }

    var context: HostContext { context(host: HostOptions.shortHostName) }

    func context(host: String, tools: String? = nil) -> HostContext {
        HostOptions.context(host: host, runtime: .supervised, directory: directory, tools: tools)
    }
}

struct ServicesStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Says which of them run, and by which process.",
        discussion: """
            Example:

              warren services status --directory /var/lib/broker
            """)

    @OptionGroup var options: ServicesOptions

    func run() async throws {
        let control = try options.context.supervisedServices()
        let states = await control.states(of: options.services)
        for service in options.services {
            let status = states[service] ?? ServiceStatus(.unknown)
            let process = status.pid.map { " as process \($0)" } ?? ""
            print(
                "\(service.rawValue) is \(status.state.rawValue)\(process); its output: \(control.output(of: service))")
        }
    }
}

struct ServicesStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops them, with all that was started for them.",
        discussion: """
            Example:

              warren services stop --directory /var/lib/broker keepalived haproxy
            """)

    @OptionGroup var options: ServicesOptions

    func run() async throws {
        let control = try options.context.supervisedServices()
        for service in options.services {
            try await control.stop(service)
            print("\(service.rawValue) is stopped")
        }
    }
}

struct ServicesStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts them from the files that the agent wrote.",
        discussion: """
            Where an agent gave up on a service, this starts it all the same. A node that is blank is not started: whether
            it may found a cluster is for the agents to agree upon.

            Example:

              warren services start -f manifest.yaml --directory /var/lib/broker rabbitmq-server
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var options: ServicesOptions

    @Option(help: ArgumentHelp("This host's name in the manifest.", valueName: "name"))
    var host = HostOptions.shortHostName

    @Option(help: ArgumentHelp("Where RabbitMQ's own tools are.", valueName: "path"))
    var tools: String?

    func run() async throws {
        let (_, manifest) = try manifestOptions.load()
        let context = options.context(host: host, tools: tools)
        let scope = try context.hostScope(
            try context.host(in: manifest), manifest, layout: try context.layout(), runner: ProcessRunner()
        ) { [:] }
        for service in options.services.reversed()
        where options.names.contains(service) || scope.wanted.contains(service) {
            try await scope.startByHand(service)
            print("\(service.rawValue) is started")
        }
    }
}
