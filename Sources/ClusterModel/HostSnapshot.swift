/// Everything that one host's agent knows at one moment, as `/v1/status` gives it. docs/status-api.md names each member.
///
/// It holds nothing secret. Hosts of different Warrens read each other: what a reader does not know it leaves out, what
/// an older writer did not write is nil or empty, and only `host` must be there.
public struct HostSnapshot: Hashable, Sendable {
    public enum Mode: String, OpenWord {
        case enforce, observe, unknown

        public init(_ mode: ClusterManifest.Mode) { self = mode == .enforce ? .enforce : .observe }
    }

    /// The host's name in the manifest.
    public var host: String
    /// Sorted.
    public var roles: [String]
    /// The cluster's name in the manifest; nil without a valid manifest.
    public var cluster: String?
    public var warrenVersion: String?
    public var startedAt: Timestamp?
    /// When the agent's loop last came round. A healthy agent sets it every few seconds, also while nothing is to do.
    public var aliveAt: Timestamp?
    /// When the world was last read; nil before the first reading.
    public var observedAt: Timestamp?
    public var mode: Mode
    /// Until when nothing is applied; nil while not suspended.
    public var suspendedUntil: Timestamp?
    /// What holds, the one that ends last first: of this host, and of the cluster as this host last read it.
    public var suspensions: [Suspension]
    /// The keys of `spec.modes` whose kinds are only reported, although `mode` is enforce.
    public var observedKinds: [String]
    public var revision: Revision
    /// Of an agent that takes its manifest out of git.
    public var commits: Commits?
    /// Of a host with the role broker.
    public var node: Node?
    /// Of a host with the role proxy.
    public var proxy: Proxy?
    public var lead: Lead?
    public var conditions: [ConditionState]
    /// At most `listLimit` of each list are told; `totals` counts all.
    public var drift: [DriftItem]
    public var blocked: [BlockedItem]
    public var stalled: [StalledItem]
    public var totals: Totals
    /// The last run that ended.
    public var lastRun: LastRun?
    /// Those who are told of what happens, in manifest order.
    public var notifications: [Delivery] = []
    /// All runs since the agent started.
    public var runs: RunTotals
    /// What was done by hand of late; nil before the node's events were heard.
    public var changes: Changes?

    /// How many entries a list holds at most, so that a snapshot stays small while thousands of resources drift.
    public static let listLimit = 200

    /// Lists are cut to `listLimit`, and counted before.
    public init(
        host: String, roles: Set<Host.Role> = [], cluster: String? = nil, warrenVersion: String? = nil,
        startedAt: Timestamp? = nil, aliveAt: Timestamp? = nil, observedAt: Timestamp? = nil, mode: Mode = .enforce,
        suspendedUntil: Timestamp? = nil, suspensions: [Suspension] = [], observedKinds: [String] = [],
        revision: Revision = Revision(), node: Node? = nil, proxy: Proxy? = nil,
        lead: Lead? = nil, conditions: [ConditionState] = [], drift: [DriftItem] = [], blocked: [BlockedItem] = [],
        stalled: [StalledItem] = [], lastRun: LastRun? = nil, runs: RunTotals = RunTotals(), changes: Changes? = nil
    ) {
        self.host = host
        self.roles = roles.map(\.rawValue).sorted()
        self.cluster = cluster
        self.warrenVersion = warrenVersion
        self.startedAt = startedAt
        self.aliveAt = aliveAt
        self.observedAt = observedAt
        self.mode = mode
        self.suspendedUntil = suspendedUntil
        self.suspensions = suspensions
        self.observedKinds = observedKinds
        self.revision = revision
        self.node = node
        self.proxy = proxy
        self.lead = lead
        self.conditions = conditions
        self.drift = Array(drift.prefix(Self.listLimit))
        self.blocked = Array(blocked.prefix(Self.listLimit))
        self.stalled = Array(stalled.prefix(Self.listLimit))
        totals = Totals(drift: drift.count, blocked: blocked.count, stalled: stalled.count)
        self.lastRun = lastRun
        self.runs = runs
        self.changes = changes
    }

    /// The condition of this name, nil where the agent did not say.
    public func status(_ name: Condition.Name) -> ConditionState.Status? {
        conditions.first { $0.name == name.rawValue }?.status
    }
}

extension HostSnapshot: Codable {
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(host: try members.decode(String.self, forKey: .host))
        roles = try members.decode(.roles, or: [])
        cluster = try members.decodeIfPresent(String.self, forKey: .cluster)
        warrenVersion = try members.decodeIfPresent(String.self, forKey: .warrenVersion)
        startedAt = try members.decodeIfPresent(Timestamp.self, forKey: .startedAt)
        aliveAt = try members.decodeIfPresent(Timestamp.self, forKey: .aliveAt)
        observedAt = try members.decodeIfPresent(Timestamp.self, forKey: .observedAt)
        mode = try members.decode(.mode, or: .unknown)
        suspendedUntil = try members.decodeIfPresent(Timestamp.self, forKey: .suspendedUntil)
        suspensions = try members.decode(.suspensions, or: [])
        observedKinds = try members.decode(.observedKinds, or: [])
        revision = try members.decode(.revision, or: Revision())
        commits = try members.decodeIfPresent(Commits.self, forKey: .commits)
        node = try members.decodeIfPresent(Node.self, forKey: .node)
        proxy = try members.decodeIfPresent(Proxy.self, forKey: .proxy)
        lead = try members.decodeIfPresent(Lead.self, forKey: .lead)
        conditions = try members.decode(.conditions, or: [])
        drift = try members.decode(.drift, or: [])
        blocked = try members.decode(.blocked, or: [])
        stalled = try members.decode(.stalled, or: [])
        totals = try members.decode(
            .totals, or: Totals(drift: drift.count, blocked: blocked.count, stalled: stalled.count))
        lastRun = try members.decodeIfPresent(LastRun.self, forKey: .lastRun)
        notifications = try members.decode(.notifications, or: [])
        runs = try members.decode(.runs, or: RunTotals())
        changes = try members.decodeIfPresent(Changes.self, forKey: .changes)
    }
}
