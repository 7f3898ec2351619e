import ClusterModel
import HostAccess

/// A lab as it is at this moment.
public struct LabStatus: Sendable {
    /// `cut` runs, and its wire is pulled.
    public enum State: String, Sendable { case running, booting, cut, off }

    /// One host, as this machine sees it.
    public struct HostStatus: Sendable {
        public let host: LabHost
        public let state: State
        /// Process 1 of the host, as this machine numbers it.
        public let leader: Int32?
        public let uptime: Duration?
        /// The hosts that it does not reach, though it runs and its wire is plugged in.
        public let separatedFrom: [String]
    }

    public let record: LabRecord
    public let hosts: [HostStatus]
}

extension Laboratory {
    /// Looks at the machine; nothing is remembered but what was cut.
    public func status(_ name: LabName) throws -> LabStatus {
        try check([])
        let record = try record(name)
        let hosts = try record.plan.hosts.map { host in
            let running = try power(host, record).running
            let isCut = record.cut.contains(host.name)
            let state: LabStatus.State =
                running == nil ? .off : running?.leader == nil ? .booting : isCut ? .cut : .running
            let pairs = record.separated.filter { $0.concerns(host.name) }
            return LabStatus.HostStatus(
                host: host, state: state, leader: running?.leader?.pid,
                uptime: running?.leader.map { SystemClock.age(of: $0) },
                separatedFrom: pairs.map { $0.one == host.name ? $0.other : $0.one }.sorted())
        }
        return LabStatus(record: record, hosts: hosts)
    }
}
