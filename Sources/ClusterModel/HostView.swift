/// What a service of this host does.
public enum ServiceState: String, Hashable, Sendable, Codable {
    case running
    /// On its way up: a broker may be waiting for its peers.
    case starting
    case stopped
    /// It ended by itself, with an error.
    case failed
    /// There is no such service on this host.
    case missing
    case unknown
}

/// What a broker host's data directory is.
public enum NodeData: String, Hashable, Sendable, Codable {
    /// Nothing of a node is there.
    case blank
    /// A node that Warren started blank, and that is part of no cluster yet.
    case fresh
    /// A node has been there.
    case present
    /// It is there and can't be read, as a disk that is not mounted: this is not blank.
    case unreadable
}

/// What this host's agent sees of its own host and of its peers, beside resources.
public struct HostView: Hashable, Sendable {
    /// The node of a broker host.
    public var node: String?
    public var services: [HostService: ServiceState]
    /// What the node does; unknown on a host without a broker.
    public var nodeState = NodeState.unknown
    /// What is to become of the node where it is not in service.
    public var healing = Healing.none
    /// Which configuration the node runs with; nil where none does.
    public var configuration: RunningConfiguration?
    /// Whether the node is restarted for its configuration.
    public var restart = Healing.none
    /// Whether such a restart was begun and did not say how it ended.
    public var isRestartUnfinished = false
    /// Whether another member is not in service, as far as its agent says or was heard.
    public var hasTroubledPeer = false
    /// How often Warren started each within the last hour.
    public var recentStarts: [HostService: Int]
    /// Whether the node may be started, and to what end.
    public var start: StartDecision
    /// The mark in the data directory that lets the node start without its peers; nil where there is none.
    public var forceLoad: String?
    /// Whether this host remembers the manifest's cluster, as a member or from others.
    public var hasSeenCluster = false
    /// Whether the node is to join, where it is not a member yet.
    public var join: JoinDecision?
    /// What is to become of members whose disks came back blank, by node.
    public var blanks: [String: BlankDecision] = [:]
    /// What on this host or in its network is in the way of holding the virtual address here.
    public var addressProblem: String?
    /// Why the cluster that the node is part of is not the manifest's.
    public var otherCluster: String?

    public init(
        node: String? = nil, services: [HostService: ServiceState] = [:], recentStarts: [HostService: Int] = [:],
        start: StartDecision = .start, join: JoinDecision? = nil
    ) {
        self.node = node
        self.services = services
        self.recentStarts = recentStarts
        self.start = start
        self.join = join
    }
}

/// Whether a broker that does not run may be started.
public enum StartDecision: Hashable, Sendable {
    /// It has data, and comes back to the cluster that it belongs to.
    case start
    /// It is blank and the first of the manifest, and nobody has a cluster: it becomes the first member.
    case found
    /// It is blank and joins the cluster of `seed` as soon as it runs.
    case startToJoin(seed: String)
    /// It has to stay down, and why.
    case wait(String)

    public var reasonToWait: String? { if case .wait(let reason) = self { reason } else { nil } }
}

/// Whether a node that runs outside of the cluster may join it.
public enum JoinDecision: Hashable, Sendable {
    case seed(String)
    case wait(String)
}

/// Whether a member whose disk came back blank may be forgotten, so that it can join again.
public enum BlankDecision: Hashable, Sendable {
    /// - lost: what was on its disk alone, in words; nil where nothing was.
    case forget(lost: String?)
    case wait(String)

    public var reasonToWait: String? { if case .wait(let reason) = self { reason } else { nil } }
}
