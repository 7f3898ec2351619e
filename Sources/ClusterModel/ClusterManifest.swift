/// A manifest that parsed and validated: what should be.
public struct ClusterManifest: Sendable {
    public enum Mode: String, Sendable, Codable {
        case enforce
        /// Report drift, change nothing.
        case observe
    }

    /// The cluster name that the broker must have.
    public var name: String
    public var mode: Mode
    /// Where a group of kinds differs from `mode`, by the key of `spec.modes`.
    public var modes: [String: Mode]
    public var hosts: [Host]
    public var broker: BrokerSettings
    public var membership: MembershipSettings
    public var status: StatusSettings
    /// Nil where no host is a proxy.
    public var proxy: ProxySettings?
    public var vip: VIPSettings?
    public var prune: PruneSettings
    public var ignore: [IgnoreRule]
    public var notifications: [NotificationTarget]
    /// Nil where no report is written as a file.
    public var reports: ReportSettings?
    /// All desired resources, in manifest order. Secrets are still references.
    public var resources: [Resource]
    /// The validated tree, for what has no type of its own.
    public var spec: Located

    public init(
        name: String, mode: Mode = .enforce, modes: [String: Mode] = [:],
        hosts: [Host] = [], broker: BrokerSettings = BrokerSettings(),
        membership: MembershipSettings = MembershipSettings(), status: StatusSettings = StatusSettings(),
        proxy: ProxySettings? = nil, vip: VIPSettings? = nil, prune: PruneSettings = PruneSettings(),
        ignore: [IgnoreRule] = [], notifications: [NotificationTarget] = [], reports: ReportSettings? = nil,
        resources: [Resource] = [], spec: Located
    ) {
        self.name = name
        self.mode = mode
        self.modes = modes
        self.hosts = hosts
        self.broker = broker
        self.membership = membership
        self.status = status
        self.proxy = proxy
        self.vip = vip
        self.prune = prune
        self.ignore = ignore
        self.notifications = notifications
        self.reports = reports
        self.resources = resources
        self.spec = spec
    }

    /// Whether what belongs to a key of `spec.modes` is changed or only reported.
    public func mode(of key: String) -> Mode { modes[key] ?? mode }

    /// The node names of all broker hosts, in manifest order.
    public var members: [String] { brokers.map(\.nodeName) }

    /// The hosts with the role broker, in manifest order.
    public var brokers: [Host] { hosts.filter { $0.roles.contains(.broker) } }

    /// The hosts with the role proxy, in manifest order.
    public var proxies: [Host] { hosts.filter { $0.roles.contains(.proxy) } }
}

/// One machine of the manifest.
public struct Host: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable, Codable, CaseIterable { case broker, proxy }
    public enum NodeType: String, Hashable, Sendable, Codable, CaseIterable { case disc, ram }

    public let name: String
    public let address: String
    public let roles: Set<Role>
    public let nodeType: NodeType

    public init(name: String, address: String, roles: Set<Role>, nodeType: NodeType = .disc) {
        self.name = name
        self.address = address
        self.roles = roles
        self.nodeType = nodeType
    }

    /// The RabbitMQ node of a broker host.
    public var nodeName: String { "rabbit@\(name)" }
}

/// `spec.broker`: what each broker host's RabbitMQ is started with.
public struct BrokerSettings: Sendable {
    public var erlangCookie: SecretReference?
    /// Keys and values of rabbitmq.conf, in manifest order.
    public var config: [ConfigEntry]
    /// Names, without `RABBITMQ_`, and values of rabbitmq-env.conf, in manifest order.
    public var environment: [ConfigEntry]
    /// The text of advanced.config, a literal or a reference.
    public var advancedConfig: JSONValue?

    public struct ConfigEntry: Hashable, Sendable {
        public let key: String
        public let value: String
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    public init(
        erlangCookie: SecretReference? = nil, config: [ConfigEntry] = [], environment: [ConfigEntry] = [],
        advancedConfig: JSONValue? = nil
    ) {
        self.erlangCookie = erlangCookie
        self.config = config
        self.environment = environment
        self.advancedConfig = advancedConfig
    }

    /// The value of a key of rabbitmq.conf.
    public func configValue(_ key: String) -> String? { config.last { $0.key == key }?.value }
}

/// `spec.prune`: which kinds may be deleted, and how many in one run.
public struct PruneSettings: Hashable, Sendable {
    /// The keys of `spec.prune` that are on.
    public var enabled: Set<String>
    public var maxDeletions: Int

    public static let keys = [
        "policies", "users", "vhosts", "federation", "shovels", "parameters", "queues", "exchanges", "bindings",
    ]

    public init(enabled: Set<String> = [], maxDeletions: Int = 20) {
        self.enabled = enabled
        self.maxDeletions = maxDeletions
    }
}

/// `spec.ignore`: drift that is neither reported nor fixed.
public struct IgnoreRule: Hashable, Sendable {
    /// `kind path`, with `*` for any text.
    public let pattern: String
    /// Only these fields; empty for the whole resource.
    public let fields: Set<String>

    public init(pattern: String, fields: Set<String> = []) {
        self.pattern = pattern
        self.fields = fields
    }

    public func matches(_ id: ResourceID) -> Bool { matchesText("\(id.kind) \(id.path)") }

    /// Whether the text matches the pattern, `*` standing for any text, also none. Never slower than the product
    /// of the two lengths.
    public func matchesText(_ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
        var (p, t) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                p = last.pattern + 1
                t = last.text + 1
                star = (last.pattern, t)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
