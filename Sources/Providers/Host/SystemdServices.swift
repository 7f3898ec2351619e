import ClusterModel
import HostAccess

/// The services as units of systemd, which nothing but Warren starts: see `StartGate`.
public struct SystemdServices: ServiceControl {
    let units: SystemdUnits
    let gate: StartGate

    public init(units: SystemdUnits, gate: StartGate = StartGate()) {
        self.units = units
        self.gate = gate
    }

    public func states(of services: [HostService]) async -> [HostService: ServiceStatus] {
        guard let states = try? await units.states(of: services.map(\.unit)) else {
            return Dictionary(services.map { ($0, ServiceStatus(.unknown)) }) { first, _ in first }
        }
        return Dictionary(zip(services, states.map(Self.status))) { first, _ in first }
    }

    public func claim(_ services: Set<HostService>) async {
        var isChanged = false
        for service in HostService.allCases {
            let changed = try? gate.setReleased(!services.contains(service), service.unit)
            isChanged = isChanged || changed == true
        }
        // Whether systemd itself starts a unit again after a crash is in its unit files.
        if isChanged { try? await units.reloadUnitFiles() }
    }

    private static func status(_ unit: UnitState) -> ServiceStatus {
        guard unit.load == .loaded else { return ServiceStatus(.missing) }
        let state: ServiceState =
            switch unit.activity {
            case .active, .reloading, .refreshing: .running
            case .activating: .starting
            case .inactive, .deactivating, .maintenance: .stopped
            case .failed: .failed
            }
        return ServiceStatus(state, pid: unit.mainPID)
    }

    public func start(_ service: HostService) async throws(ServiceFailure) {
        do throws(UnitFailure) {
            // A broker may have to wait for its peers, and the others are there at once.
            guard service == .rabbitmq else {
                try await units.start(service.unit, through: gate, within: .seconds(30))
                return
            }
            try await units.beginStart(service.unit, through: gate)
        } catch {
            throw ServiceFailure(error)
        }
        defer { gate.close(service.unit) }
        try await awaitBeginning(of: service)
    }

    /// Returns when the unit is past its gate, and gives it a moment to be up.
    private func awaitBeginning(of service: HostService) async throws(ServiceFailure) {
        let (begun, limit) = (ContinuousClock.now + .seconds(20), ContinuousClock.now + .seconds(25))
        while ContinuousClock.now < limit {
            let status = await states(of: [service])[service] ?? ServiceStatus(.unknown)
            if status.state == .running { return }
            if status.state == .starting, status.pid != nil, ContinuousClock.now > begun { return }
            if status.state == .failed {
                throw ServiceFailure("it ended: " + (await lastWords(of: service)).joined(separator: " / "))
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        throw ServiceFailure("systemd did not begin to start \(service.unit)")
    }

    /// Debian's unit sends what a broker says to a file, so that the journal has nothing of it.
    private func lastWords(of service: HostService) async -> [String] {
        let journal = await units.journal(of: service.unit)
        guard service == .rabbitmq, let end = try? FileContent.end(of: Self.brokerOutput, 8192) else { return journal }
        let words = BrokerOutput.lastWords(of: String(decoding: end, as: UTF8.self)).map(Redaction.maskURIs)
        return words.isEmpty ? journal : words
    }

    private static let brokerOutput = "/var/log/rabbitmq/rabbitmq-server.log"

    public func reload(_ service: HostService) async throws(ServiceFailure) {
        do throws(UnitFailure) {
            try await units.reload(service.unit, within: .seconds(30))
        } catch {
            throw ServiceFailure(error)
        }
    }

    /// The socket through which systemd starts it: started otherwise, it would end with Warren.
    public func startPortMapper() async throws(ServiceFailure) {
        do throws(UnitFailure) {
            try await units.start("epmd.socket", within: .seconds(10))
        } catch {
            throw ServiceFailure(error)
        }
        let limit = ContinuousClock.now + .seconds(5)
        while PortMapper(port: PortMapper.standardPort).names() == nil {
            guard ContinuousClock.now < limit else {
                throw ServiceFailure(
                    "systemd started epmd.socket and no port mapper answers; see journalctl --unit=epmd")
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    public func stop(_ service: HostService) async throws(ServiceFailure) {
        do throws(UnitFailure) {
            try await units.stop(service.unit, within: .seconds(90))
        } catch {
            throw ServiceFailure(error)
        }
    }
}

extension HostService {
    var unit: String { rawValue + ".service" }
}

extension ServiceFailure {
    init(_ failure: UnitFailure) {
        let journal = failure.journal.isEmpty ? "" : " Its last words: " + failure.journal.joined(separator: " / ")
        self.init(failure.description + journal)
    }
}
