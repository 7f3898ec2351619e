/// `spec.proxy`: what HAProxy does on the hosts with the role proxy.
public struct ProxySettings: Hashable, Sendable {
    public var listeners: [Listener]
    public var stats: Stats?
    public var timeouts: Timeouts
    /// The most connections of clients at once, over all listeners.
    public var maxConnections: Int

    /// A port that clients connect to, and what stands behind it.
    public struct Listener: Hashable, Sendable {
        /// Which of the brokers serve.
        public enum Pattern: String, Hashable, Sendable, CaseIterable {
            /// All.
            case balanced
            /// The first in manifest order; the next one only while it can't, and no longer.
            case activeStandby
        }

        /// How HAProxy chooses among those that serve.
        public enum Balance: String, Hashable, Sendable, CaseIterable { case leastconn, roundrobin, source, first }

        /// How a broker's health is told.
        public enum Check: String, Hashable, Sendable, CaseIterable {
            /// The port takes a connection.
            case tcp
            /// The broker answers the first frame of AMQP 0-9-1.
            case amqp
            /// The management interface answers.
            case http
            /// As `amqp`, and what the member's agent says of it.
            case agent
        }

        public var name: String
        public var port: Int
        public var backendPort: Int
        public var pattern: Pattern
        public var balance: Balance
        public var check: Check
        /// Brokers of other clusters that serve while no broker of this one can, in this order.
        public var standby: [Standby]

        /// A broker that the manifest does not look after.
        public struct Standby: Hashable, Sendable {
            public let name: String
            public let address: String
            public let port: Int

            public init(name: String, address: String, port: Int) {
                self.name = name
                self.address = address
                self.port = port
            }
        }

        public init(
            name: String, port: Int, backendPort: Int, pattern: Pattern = .balanced, balance: Balance = .leastconn,
            check: Check = .tcp, standby: [Standby] = []
        ) {
            self.standby = standby
            self.name = name
            self.port = port
            self.backendPort = backendPort
            self.pattern = pattern
            self.balance = balance
            self.check = check
        }
    }

    /// HAProxy's own page.
    public struct Stats: Hashable, Sendable {
        public var port: Int
        public var path: String
        /// Nil where everybody may see the page.
        public var user: String?
        /// A literal or a reference to a secret.
        public var password: JSONValue?

        public init(port: Int, path: String = "/rabbitmq-stats", user: String? = nil, password: JSONValue? = nil) {
            self.port = port
            self.path = path
            self.user = user
            self.password = password
        }
    }

    public struct Timeouts: Hashable, Sendable {
        /// For a connection to a broker to be made.
        public var connect: Duration
        /// For a client to say something.
        public var client: Duration
        /// For a broker to say something.
        public var server: Duration
        /// How long connections of before a reload may go on in the old process.
        public var afterReload: Duration

        public init(
            connect: Duration = .seconds(5), client: Duration = .seconds(10_800), server: Duration = .seconds(10_800),
            afterReload: Duration = .seconds(3600)
        ) {
            self.connect = connect
            self.client = client
            self.server = server
            self.afterReload = afterReload
        }
    }

    public init(
        listeners: [Listener], stats: Stats? = nil, timeouts: Timeouts = Timeouts(), maxConnections: Int = 4096
    ) {
        self.listeners = listeners
        self.stats = stats
        self.timeouts = timeouts
        self.maxConnections = maxConnections
    }
}

extension Duration {
    /// Whole milliseconds; what is less than one is dropped.
    public var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
