import ClusterModel
import Glibc
import HostAccess

/// The services as processes that Warren itself starts, each in a session of its own, with all files in one directory.
/// They outlive the Warren process that started them; the next one finds them by their command lines.
public struct SupervisedServices: ServiceControl {
    let directory: String
    let layout: HostLayout
    let memory: SupervisedMemory
    /// How the broker is started; nil where none is to run, and one that does can be seen and stopped all the same.
    let broker: SupervisedBroker?

    public init(directory: String, layout: HostLayout, broker: SupervisedBroker?, memory: SupervisedMemory) {
        self.directory = directory
        self.layout = layout
        self.broker = broker
        self.memory = memory
    }

    /// Who holds the address gives it away before what it leads to is gone.
    public static let stopOrder: [HostService] = [.keepalived, .haproxy, .rabbitmq]

    /// Nil for the broker, which is more than one program.
    func program(of service: HostService) -> SupervisedProgram? {
        switch service {
        case .rabbitmq: nil
        case .haproxy: .haproxy(layout)
        case .keepalived: .keepalived(layout)
        }
    }

    /// What the service writes to its standard output and error since its last start.
    public func output(of service: HostService) -> String {
        switch service {
        case .rabbitmq: SupervisedLayout(directory: directory, nodeName: "").output
        case .haproxy: layout.haproxyConfiguration.directoryOfPath + "/output.log"
        case .keepalived: layout.keepalivedConfiguration.directoryOfPath + "/output.log"
        }
    }

    public func logHint(of service: HostService) -> String { output(of: service) }

    public func handCommand(_ verb: ServiceVerb, _ services: [HostService]) -> [String] {
        ["warren", "services", verb.rawValue, "--directory", directory] + services.map(\.rawValue)
    }

    public func states(of services: [HostService]) async -> [HostService: ServiceStatus] {
        memory.collectAbandoned()
        var states: [HostService: ServiceStatus] = [:]
        for service in services {
            OutputFile.bound(output(of: service))
            states[service] = service == .rabbitmq ? await brokerStatus() : status(service)
        }
        return states
    }

    private func status(_ service: HostService) -> ServiceStatus {
        guard let program = program(of: service), FileStatus.isExecutable(program.executable) else {
            return ServiceStatus(.missing)
        }
        guard let process = program.mark.leader() else { return ServiceStatus(.stopped) }
        return ServiceStatus(Self.isUp(process) ? .running : .starting, pid: process.pid)
    }

    /// Makes the folders of the broker, which have to be there before its files. Nothing else starts these services, so
    /// that there is nothing to take over.
    public func claim(_ services: Set<HostService>) async {
        guard services.contains(.rabbitmq), let broker else { return }
        // What can't be made is told by whoever writes the first file there.
        try? broker.prepareFolders()
    }

    public func start(_ service: HostService) async throws(ServiceFailure) {
        if service == .rabbitmq { return try await startBroker() }
        guard let program = program(of: service) else { return }
        let lock = try lock(service)
        defer { withExtendedLifetime(lock) {} }
        guard let process = program.mark.leader() else {
            if let lack = program.lack { throw ServiceFailure(lack) }
            await program.mark.end(grace: .seconds(1))
            for path in program.leftovers { unlink(path) }
            do {
                // Each start begins its output anew, so that a failure shows its own words only.
                try AtomicFile.write([], to: output(of: service), mode: 0o640)
                let process = try DetachedProcess.start(program.invocation, output: output(of: service))
                memory.started(process)
                return try await wait(for: service, process, "did not start") { Self.isUp(process) }
            } catch let failure as ServiceFailure {
                throw failure
            } catch {
                throw ServiceFailure("\(service.rawValue) did not start: \(error)")
            }
        }
        try await wait(for: service, process, "did not start") { Self.isUp(process) }
    }

    /// Both programs do their work in a child; before there is one, a signal to reload would end them.
    private static func isUp(_ process: SeenProcess) -> Bool { !ProcessTable.children(of: process.pid).isEmpty }

    public func reload(_ service: HostService) async throws(ServiceFailure) {
        guard let program = program(of: service) else { return }
        guard let process = program.mark.leader() else {
            throw ServiceFailure("\(service.rawValue) does not run, so that it can't read its configuration again")
        }
        let before = Set(ProcessTable.children(of: process.pid))
        process.signal(program.reloadSignal)
        guard program.reloadsIntoNewProcess else { return }
        try await wait(for: service, process, "did not take its configuration") {
            ProcessTable.children(of: process.pid).contains { !before.contains($0) }
        }
    }

    /// Stops it with all that was started for it, the broker's port mapper included.
    public func stop(_ service: HostService) async throws(ServiceFailure) {
        guard let program = program(of: service) else {
            do {
                return try await BrokerProcesses(directory: directory).stop(deadline: .seconds(90))
            } catch { throw ServiceFailure("\(error)") }
        }
        guard program.mark.leader() != nil else { return }
        let lock = try lock(service)
        defer { withExtendedLifetime(lock) {} }
        await program.mark.end(grace: .seconds(30))
    }

    private func lock(_ service: HostService) throws(ServiceFailure) -> FileLock {
        let path = output(of: service).directoryOfPath + "/lock"
        guard let lock = try? FileLock(path) else {
            throw ServiceFailure(
                "\(path) can't be locked: another Warren process starts or stops \(service.rawValue), or the folder "
                    + "can't be written. Try again.")
        }
        return lock
    }

    private func wait(
        for service: HostService, _ process: SeenProcess, _ problem: String, _ isDone: () -> Bool
    ) async throws(ServiceFailure) {
        let limit = ContinuousClock.now + .seconds(20)
        while !isDone() {
            memory.collect()
            // What was begun goes on without this process.
            if Task.isCancelled { throw ServiceFailure("\(service.rawValue) was not waited for, as this process ends") }
            guard process.isRunning, ContinuousClock.now < limit else {
                throw ServiceFailure("\(service.rawValue) \(problem). The end of its output: \(lastWords(service))")
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private func lastWords(_ service: HostService) -> String {
        let text = String(decoding: (try? FileContent.read(output(of: service))) ?? [], as: UTF8.self)
        let lines = text.split(separator: "\n").suffix(5).map { String($0).printable }
        return Redaction.maskURIs(lines.joined(separator: " / "))
    }
}
