/// A file of a host as it should be, and who has to be told of it.
public struct FileChange: Hashable, Sendable {
    /// Whose file it is: its program checks it before it is put in place, and reads it again afterwards.
    public enum Reader: String, Hashable, Sendable {
        /// Read when the broker starts, and at no other time.
        case rabbitmq
        case haproxy
        case keepalived
    }

    public let path: String
    public let contents: String
    public let mode: UInt32
    /// The names of account and group, with a colon between.
    public let owner: String
    public let reader: Reader

    public init(path: String, contents: String, mode: UInt32, owner: String, reader: Reader) {
        self.path = path
        self.contents = contents
        self.mode = mode
        self.owner = owner
        self.reader = reader
    }
}

/// A service of a host: a unit of systemd, or a process that Warren itself started.
public enum HostService: String, Hashable, Sendable, Codable, CaseIterable {
    case rabbitmq = "rabbitmq-server"
    case haproxy
    case keepalived

    public var id: ResourceID { ResourceID("service", name: rawValue) }
}

/// What a member does to be one.
public enum MembershipChange: Hashable, Sendable {
    /// This host's blank node joins the cluster of `seed`, which discards what the node holds.
    case join(seed: String, nodeType: Host.NodeType)
    /// Another member, which the manifest no longer names, leaves: stopped if it runs, then forgotten.
    case remove(member: String)
    /// Another member, whose disk came back blank, is forgotten, so that it can join again.
    ///
    /// - lost: what was on its disk alone, in words; nil where nothing was.
    case forget(member: String, lost: String?)
    /// A member gets replicas of the queues that have fewer than they were declared with.
    case grow(member: String)
    /// The leaders of quorum queues are spread over the members.
    case rebalance
}

extension Change {
    /// Whether a refusal is about what was asked, so that asking again is no use until that changes. What happens to a
    /// member and its replicas is refused for how the cluster is at that moment, such as a node that still boots.
    public var isRefusedForGood: Bool {
        switch self {
        case .membership(.join): true
        case .membership: false
        default: true
        }
    }
}
