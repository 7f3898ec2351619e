import ClusterModel

/// Where a host keeps what Warren writes and watches.
public struct HostLayout: Hashable, Sendable {
    /// rabbitmq.conf, rabbitmq-env.conf, advanced.config and enabled_plugins.
    public var brokerConfiguration: String
    public var cookie: String
    /// The data directories of nodes, each by its node's name.
    public var brokerData: String
    /// Account and group of the broker's own files.
    public var brokerOwner: String
    /// The account that configuration files belong to.
    public var administrator: String
    public var haproxyConfiguration: String
    public var haproxyOwner: String
    /// The folder that HAProxy locks itself into, and the account that it becomes; nil where it stays what it is.
    public var haproxyJail: String?
    public var haproxyAccount: String?
    /// HAProxy's runtime API.
    public var haproxySocket: String
    /// What HAProxy remembers of its servers over a reload.
    public var haproxyState: String
    public var keepalivedConfiguration: String
    /// The folder of Warren's own files.
    public var memory: String
    /// 0 while HAProxy works, 1 while it does not: keepalived watches it.
    public var haproxyHealth: String

    public init(
        brokerConfiguration: String, cookie: String, brokerData: String, brokerOwner: String,
        haproxyConfiguration: String, haproxyOwner: String, haproxySocket: String, haproxyState: String,
        keepalivedConfiguration: String, memory: String, haproxyHealth: String, administrator: String = "root",
        haproxyJail: String? = "/var/lib/haproxy", haproxyAccount: String? = "haproxy"
    ) {
        self.brokerConfiguration = brokerConfiguration
        self.cookie = cookie
        self.brokerData = brokerData
        self.brokerOwner = brokerOwner
        self.haproxyConfiguration = haproxyConfiguration
        self.haproxyOwner = haproxyOwner
        self.haproxySocket = haproxySocket
        self.haproxyState = haproxyState
        self.keepalivedConfiguration = keepalivedConfiguration
        self.memory = memory
        self.haproxyHealth = haproxyHealth
        self.administrator = administrator
        self.haproxyJail = haproxyJail
        self.haproxyAccount = haproxyAccount
    }

    /// Where Debian's packages have them.
    public static let systemd = HostLayout(
        brokerConfiguration: "/etc/rabbitmq", cookie: "/var/lib/rabbitmq/.erlang.cookie",
        brokerData: "/var/lib/rabbitmq/mnesia", brokerOwner: "rabbitmq:rabbitmq",
        haproxyConfiguration: "/etc/haproxy/haproxy.cfg", haproxyOwner: "root:haproxy",
        haproxySocket: "/run/haproxy/admin.sock", haproxyState: "/var/lib/warren/haproxy.state",
        keepalivedConfiguration: "/etc/keepalived/keepalived.conf", memory: "/var/lib/warren",
        haproxyHealth: "/run/warren/haproxy.health")

    /// All in one folder, where Warren itself is the supervisor.
    ///
    /// - Parameter account: the account and the group that everything belongs to; nil for root, who gives each program
    ///   what its package's account has to read.
    public static func supervised(_ directory: String, account: String?) -> HostLayout {
        HostLayout(
            brokerConfiguration: directory, cookie: directory + "/home/.erlang.cookie",
            brokerData: directory + "/data", brokerOwner: account ?? "rabbitmq:rabbitmq",
            haproxyConfiguration: directory + "/haproxy/haproxy.cfg", haproxyOwner: account ?? "root:haproxy",
            haproxySocket: directory + "/haproxy/admin.sock", haproxyState: directory + "/haproxy/servers.state",
            keepalivedConfiguration: directory + "/keepalived/keepalived.conf", memory: directory,
            haproxyHealth: directory + "/keepalived/haproxy.health",
            administrator: account?.split(separator: ":").first.map(String.init) ?? "root",
            haproxyJail: account == nil ? "/var/lib/haproxy" : nil, haproxyAccount: account == nil ? "haproxy" : nil)
    }

    /// There while the node, which Warren started blank, is part of no cluster yet.
    public var freshMark: String { memory + "/fresh-node" }

    /// Names the disk that the node's data was on when it was last a member.
    public var diskMark: String { memory + "/node-disk" }

    /// Names the broker's process, with the hashes of the files that it read when it started.
    public var startRecord: String { memory + "/broker-start" }

    /// There while a newer file is in place than its reader was told of: what the reader read last, empty where that is none.
    public func untold(_ reader: FileChange.Reader) -> String { memory + "/untold-" + reader.rawValue }

    public var enabledPlugins: String { brokerConfiguration + "/enabled_plugins" }
}
