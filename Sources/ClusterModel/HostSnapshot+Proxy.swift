extension HostSnapshot {
    /// HAProxy and keepalived of a proxy host.
    public struct Proxy: Hashable, Sendable {
        public enum ServiceState: String, OpenWord { case running, stopped, unknown }

        public var haproxy: ServiceState
        public var keepalived: ServiceState
        /// Whether the virtual address is on this host; nil where it could not be told, or there is none.
        public var holdsVIP: Bool?
        /// What HAProxy says of each server of each listener; nil where it could not be asked.
        public var backends: [Backend]?

        public init(
            haproxy: ServiceState, keepalived: ServiceState, holdsVIP: Bool? = nil, backends: [Backend]? = nil
        ) {
            self.haproxy = haproxy
            self.keepalived = keepalived
            self.holdsVIP = holdsVIP
            self.backends = backends
        }
    }

    /// One server behind one listener.
    public struct Backend: Hashable, Sendable, Codable {
        public var listener: String
        public var server: String
        /// HAProxy's own words, such as `UP`, `DOWN (agent)`, `DRAIN`, `MAINT`.
        public var status: String

        public init(listener: String, server: String, status: String) {
            self.listener = listener
            self.server = server
            self.status = status
        }

        /// Whether HAProxy sends clients there. `UP 1/2` is on its way down and still counts.
        public var isUp: Bool { status.hasPrefix("UP") || status == "no check" }
    }
}

extension HostSnapshot.Proxy: Codable {
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            haproxy: try members.decode(.haproxy, or: .unknown),
            keepalived: try members.decode(.keepalived, or: .unknown),
            holdsVIP: try members.decodeIfPresent(Bool.self, forKey: .holdsVIP),
            backends: try members.decodeIfPresent([HostSnapshot.Backend].self, forKey: .backends))
    }
}
