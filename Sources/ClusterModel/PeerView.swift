/// What the agent of another broker host says of its node.
public struct PeerView: Hashable, Sendable {
    public let node: String
    public let data: NodeData
    /// Whether that host remembers the manifest's cluster, as a member or from others.
    public let hasSeenCluster: Bool
    public let isRunning: Bool
    /// What its agent says that it does.
    public var state = NodeState.unknown
    /// Whether its agent restarts it for its configuration, or was cut off while it did.
    public var isRestarting = false
    /// The members of the cluster that the node is part of; nil where it does not run.
    public let members: [String]?
    public let runningMembers: [String]?
    /// What that node said of the cluster's suspension.
    public var suspension: Suspension?

    public init(
        node: String, data: NodeData, hasSeenCluster: Bool, isRunning: Bool, members: [String]? = nil,
        runningMembers: [String]? = nil
    ) {
        self.node = node
        self.data = data
        self.hasSeenCluster = hasSeenCluster
        self.isRunning = isRunning
        self.members = members
        self.runningMembers = runningMembers
    }
}
