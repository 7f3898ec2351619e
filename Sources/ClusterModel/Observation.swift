/// What one reading of one kind gave. Unknown is not absent: it never leads to an action.
public enum Reading: Sendable {
    /// Everything of this kind that there is; what is not in it is absent.
    case known([ResourceID: Resource])
    /// Why it could not be read.
    case unknown(String)

    public var resources: [ResourceID: Resource]? { if case .known(let all) = self { all } else { nil } }
}

/// The cluster as the contacted node sees it.
public struct ClusterView: Hashable, Sendable {
    public let version: BrokerVersion
    public var clusterName: String
    /// All members that the cluster knows, by node name.
    public let members: [String]
    public let runningMembers: [String]
    /// Each node's list of the nodes that it lost; empty without a partition.
    public let partitions: [String: [String]]
    public let alarms: [String]
    /// RabbitMQ's own identity of the cluster, which another cluster of the same name does not share.
    public let identity: String?
    /// Whether the contacted node was put into maintenance.
    public let isDrained: Bool
    /// About how many messages its queues hold; nil where they were not counted.
    public var messages: Int?
    /// How the replicas of queues stand; nil where that could not be told.
    public var replicas: ReplicaView?

    public init(
        version: BrokerVersion, clusterName: String, members: [String], runningMembers: [String],
        partitions: [String: [String]] = [:], alarms: [String] = [], identity: String? = nil, isDrained: Bool = false,
        messages: Int? = nil, replicas: ReplicaView? = nil
    ) {
        self.version = version
        self.clusterName = clusterName
        self.members = members
        self.runningMembers = runningMembers
        self.partitions = partitions
        self.alarms = alarms
        self.identity = identity
        self.isDrained = isDrained
        self.messages = messages
        self.replicas = replicas
    }
}

/// Everything that one reading of the world gave.
public struct Observation: Sendable {
    public var readings: [Kind: Reading]
    public var cluster: ClusterReading
    /// What the agent sees of its own host; nil where only the cluster is looked at.
    public var host: HostView?
    /// What is remembered of each link that does not run.
    public var links: [ResourceID: LinkPast] = [:]
    public var readAt: Timestamp

    public enum ClusterReading: Sendable {
        case known(ClusterView)
        case unknown(String)

        public var view: ClusterView? { if case .known(let view) = self { view } else { nil } }
    }

    public init(
        readings: [Kind: Reading], cluster: ClusterReading, host: HostView? = nil, readAt: Timestamp
    ) {
        self.readings = readings
        self.cluster = cluster
        self.host = host
        self.readAt = readAt
    }

    /// An observation for which no broker was asked: none is there, or it does not run.
    public static func none(at readAt: Timestamp) -> Observation {
        Observation(readings: [:], cluster: .unknown("this host's broker does not run"), readAt: readAt)
    }

    /// An observation in which nothing could be read, for one reason.
    public static func unknown(_ reason: String, kinds: [Kind], at readAt: Timestamp) -> Observation {
        Observation(
            readings: Dictionary(uniqueKeysWithValues: kinds.map { ($0, .unknown(reason)) }),
            cluster: .unknown(reason), readAt: readAt)
    }

    public subscript(id: ResourceID) -> Resource? { readings[id.kind]?.resources?[id] }
}
