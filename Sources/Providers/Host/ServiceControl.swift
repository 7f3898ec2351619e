import ClusterModel

/// Starts and looks after the services of this host: systemd's units, or processes of Warren's own.
public protocol ServiceControl: Sendable {
    /// What the services do. Never fails: what can't be told is unknown.
    func states(of services: [HostService]) async -> [HostService: ServiceStatus]
    /// Takes over the start of these services, and gives that of all others back to whoever had it before: what nobody
    /// starts would stay down after the next boot.
    func claim(_ services: Set<HostService>) async
    /// Begins to start it. A broker may need minutes until it runs, as it may wait for its peers.
    func start(_ service: HostService) async throws(ServiceFailure)
    /// Makes it read its configuration again, without an interruption.
    func reload(_ service: HostService) async throws(ServiceFailure)
    func stop(_ service: HostService) async throws(ServiceFailure)
    /// Starts the Erlang port mapper where none answers, and never a second server.
    func startPortMapper() async throws(ServiceFailure)
    /// Where the service's log is: a command or a path.
    func logHint(of service: HostService) -> String
    /// The command by which a person does so by hand.
    func handCommand(_ verb: ServiceVerb, _ services: [HostService]) -> [String]
}

/// What a person can do with services by hand.
public enum ServiceVerb: String, Sendable {
    case start, stop
}

extension ServiceControl {
    /// Where Warren supervises the broker, its start begins with the port mapper and leaves a living server alone.
    public func startPortMapper() async throws(ServiceFailure) { try await start(.rabbitmq) }

    public func logHint(of service: HostService) -> String { "journalctl --unit=\(service.rawValue)" }

    public func handCommand(_ verb: ServiceVerb, _ services: [HostService]) -> [String] {
        ["systemctl", verb.rawValue] + services.map(\.unit)
    }

    func state(of service: HostService) async -> ServiceState {
        await states(of: [service])[service]?.state ?? .unknown
    }
}

/// What a service does, and by which process.
public struct ServiceStatus: Hashable, Sendable {
    public let state: ServiceState
    /// Its first process; nil where none runs.
    public let pid: Int32?

    public init(_ state: ServiceState, pid: Int32? = nil) {
        self.state = state
        self.pid = pid
    }
}

/// Why a service did not do as it was told: a sentence, with its last words.
public struct ServiceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
