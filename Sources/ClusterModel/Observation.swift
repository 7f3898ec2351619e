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

    public init(
        version: BrokerVersion, clusterName: String, members: [String], runningMembers: [String],
        partitions: [String: [String]] = [:], alarms: [String] = []
    ) {
        self.version = version
        self.clusterName = clusterName
        self.members = members
        self.runningMembers = runningMembers
        self.partitions = partitions
        self.alarms = alarms
    }
}

/// Everything that one reading of the world gave.
public struct Observation: Sendable {
    public var readings: [Kind: Reading]
    public var cluster: ClusterReading
    public var readAt: Timestamp

    public enum ClusterReading: Sendable {
        case known(ClusterView)
        case unknown(String)

        public var view: ClusterView? { if case .known(let view) = self { view } else { nil } }
    }

    public init(readings: [Kind: Reading], cluster: ClusterReading, readAt: Timestamp) {
        self.readings = readings
        self.cluster = cluster
        self.readAt = readAt
    }

    /// An observation in which nothing could be read, for one reason.
    public static func unknown(_ reason: String, kinds: [Kind], at readAt: Timestamp) -> Observation {
        Observation(
            readings: Dictionary(uniqueKeysWithValues: kinds.map { ($0, .unknown(reason)) }),
            cluster: .unknown(reason), readAt: readAt)
    }

    public subscript(id: ResourceID) -> Resource? { readings[id.kind]?.resources?[id] }
}
