import ClusterModel
import HostAccess
import Synchronization

/// Reads of a node what shows without its help: its process, its entry at the port mapper, and for how long it has been
/// silent. Starts no process.
public final class NodeProbe: Sendable {
    private let silentSince = Mutex<Timestamp?>(nil)
    private let idle = Lasting<UInt64?>(nil)
    private let state = Lasting(NodeState.unknown)
    private let gone = Lasting(false)
    private let mapper: PortMapper

    public init(mapper: PortMapper = PortMapper(port: PortMapper.standardPort)) { self.mapper = mapper }

    /// What the kernel says of the node's process.
    ///
    /// - Parameter service: of RabbitMQ; its process is the node's or an ancestor of it.
    public static func process(of service: ServiceStatus?) -> NodeReadings.Process {
        switch service?.state {
        case nil, .unknown?: return .unknown
        case .stopped?, .failed?, .missing?: return .none
        case .running?, .starting?: break
        }
        guard let pid = service?.pid else { return .unknown }
        let states = ProcessTable.tree(of: pid).compactMap { ProcessTable.node($0.pid) }
        if states.contains(.stoppedBySignal) { return .stoppedBySignal }
        return states.isEmpty ? .unknown : .living
    }

    /// All readings, given what the node's tools told.
    ///
    /// - Parameters:
    ///   - failure: why the node could not be read; nil where it could, or was not asked.
    ///   - view: the cluster as the node sees it; nil where it could not be asked.
    public func readings(
        of node: String, service: ServiceStatus?, failure: BrokerFailure?, view: ClusterView?, at now: Timestamp
    ) -> NodeReadings {
        var readings = NodeReadings(
            process: Self.process(of: service), application: Self.application(failure, view),
            isStarting: service?.state == .starting, view: view)
        let isAsked = readings.application == .unknown || readings.application == .silent
        if readings.process == .living, isAsked { readings.registration = registration(of: node) }
        readings.silentSeconds = silentSince.withLock { since in
            guard readings.application == .silent else {
                since = nil
                return 0
            }
            since = since ?? now
            return Int(now.seconds(since: since ?? now))
        }
        return readings
    }

    /// For how many seconds the kernel has counted no work of the node's process; nil where there is none.
    public func idleSeconds(_ service: ServiceStatus?, at now: Timestamp) -> Int? {
        guard let machine = Self.machine(of: service), let work = ProcessTable.work(of: machine.pid) else { return nil }
        return idle.seconds(work, at: now)
    }

    /// For how many seconds the node has been in this state.
    public func seconds(in state: NodeState, at now: Timestamp) -> Int { self.state.seconds(state, at: now) }

    /// For how many seconds replicas of the node have been gone; nil where none is.
    public func secondsGone(_ isGone: Bool, at now: Timestamp) -> Int? {
        let seconds = gone.seconds(isGone, at: now)
        return isGone ? seconds : nil
    }

    /// What lasted before the node was repaired says nothing of it from now on: its peers need a moment to see it.
    public func repaired(at now: Timestamp) {
        state.begin(at: now)
        gone.begin(at: now)
    }

    /// The node's virtual machine.
    static func machine(of service: ServiceStatus?) -> SeenProcess? {
        guard let pid = service?.pid else { return nil }
        return ProcessTable.tree(of: pid).first { ProcessTable.node($0.pid) != nil }
    }

    private static func application(_ failure: BrokerFailure?, _ view: ClusterView?) -> NodeReadings.Application {
        if view != nil { return .running }
        return switch failure {
        case .paused?: .paused
        case .appStopped?: .stopped
        case .booting?: .booting
        // A wrong cookie, or a minority in which Khepri waits, is no frozen node.
        case .deadlineExceeded?, .silent?: .silent
        default: .unknown
        }
    }

    private func registration(of node: String) -> NodeReadings.Registration {
        guard let names = mapper.names() else { return .noPortMapper }
        return names.contains(String(node.prefix { $0 != "@" })) ? .present : .absent
    }
}

extension ProcessTable {
    /// What a process does if it is a node's virtual machine: one that runs RabbitMQ's `boot`.
    fileprivate static func node(_ pid: Int32) -> NodeReadings.Process? {
        guard let bytes = try? FileContent.read("/proc/\(pid)/cmdline", limit: 1 << 20) else { return nil }
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard words.first?.hasSuffix("beam.smp") == true, words.contains("rabbit"), words.contains("boot") else {
            return nil
        }
        return isStopped(pid) ? .stoppedBySignal : .living
    }
}

/// Since when something has been as it is.
private final class Lasting<Value: Equatable & Sendable>: Sendable {
    private let memory: Mutex<(value: Value, since: Timestamp?)>

    init(_ value: Value) { memory = Mutex((value, nil)) }

    func begin(at now: Timestamp) { memory.withLock { $0.since = now } }

    func seconds(_ value: Value, at now: Timestamp) -> Int {
        memory.withLock { memory in
            if memory.value != value || memory.since == nil { memory = (value, now) }
            return Int(now.seconds(since: memory.since ?? now))
        }
    }
}
