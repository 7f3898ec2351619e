import ClusterModel
import HostAccess

extension SupervisedServices {
    /// How long a start is waited for. A broker may have to wait for its peers much longer.
    private static let patience = Duration.seconds(25)

    private var processes: BrokerProcesses { BrokerProcesses(directory: directory) }

    /// A server whose port mapper is gone is reached by nobody: it counts as failed, and a start brings that one back.
    func brokerStatus() async -> ServiceStatus {
        let server = processes.server()
        guard let broker else { return ServiceStatus(server == nil ? .stopped : .running, pid: server?.pid) }
        guard FileStatus.isExecutable(broker.installation.toolsDirectory + "/rabbitmq-server") else {
            return ServiceStatus(.missing)
        }
        guard let server else { return ServiceStatus(.stopped) }
        guard let names = PortMapper(port: broker.settings.effectivePortMapperPort).names() else {
            return ServiceStatus(.failed, pid: server.pid)
        }
        var isUp = memory.hasBooted(server)
        if !isUp, names.contains(broker.shortName) { isUp = await asked(server) }
        return ServiceStatus(isUp ? .running : .starting, pid: server.pid)
    }

    /// Whether the node is past its boot. One that is paused, or was stopped inside, is: that is not for a supervisor.
    ///
    /// Only asked of a server that another Warren process started, or that takes long: a tool costs half a second.
    private func asked(_ server: SeenProcess) async -> Bool {
        guard let broker, memory.mayAsk(server) else { return false }
        let call = broker.installation.invocation(
            tool: "rabbitmqctl", arguments: ["-q", "eval", "rabbit_boot_state:get()."], deadline: .seconds(15))
        guard let result = try? await broker.runner.run(call), result.status.isSuccess else { return false }
        let word = result.stdout.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        guard ["ready", "stopped"].contains(word) else { return false }
        memory.saw(booted: server)
        return true
    }

    func startBroker() async throws(ServiceFailure) {
        guard let broker else { throw ServiceFailure("no broker is to run on this host") }
        do {
            try broker.prepareFolders()
            try broker.ensureCookie()
            defer { for case let process? in [processes.server(), processes.portMapper()] { memory.started(process) } }
            try await broker.start(deadline: Self.patience)
            if let server = processes.server() { memory.saw(booted: server) }
        } catch SupervisedFailure.notReady {
            // It is on its way: `starting` until it is up.
        } catch {
            throw ServiceFailure("\(error)".split(separator: "\n").joined(separator: " / "))
        }
    }
}
