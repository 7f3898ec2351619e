import ClusterModel

/// The agent of one host, and what it remembers.
public struct Agent: Hashable, Sendable {
    var isAlive = true
    /// What it last told the others; nil before its first look.
    var told: Told?
    /// What it has decided to do and has not done yet. The world may change in between.
    var intent: Move?
    /// Whether failures had taken disk and memory of a majority when that was decided.
    var isExcused = false

    // Kept on its disk, whatever becomes of the process.

    /// As `ClusterIdentity.hasSeenCluster`.
    var hasSeen = false
    /// The identity of the cluster that the manifest made; 0: none is pinned.
    var pin: UInt8 = 0
    /// The mark beside its memory that says that the node was started blank, to join.
    var hasFreshMark = false

    mutating func end() { (isAlive, told, intent, isExcused) = (false, nil, nil, false) }

    mutating func forget() {
        (hasSeen, pin) = (false, 0)
    }
}

/// What one agent tells of its node, as `PeerView` holds it.
public struct Told: Hashable, Sendable {
    var data: NodeData
    var hasSeen: Bool
    var isRunning: Bool
    var members: HostSet
    var running: HostSet
}

/// What an agent does to the world.
public enum Move: Hashable, Sendable {
    /// A broker with data.
    case start
    /// A blank broker, which founds the cluster.
    case found
    /// A blank broker, which joins as soon as it runs.
    case startToJoin
    case join(seed: UInt8)
    /// Another member, whose disk came back blank, is forgotten.
    case forget(UInt8)
    /// A member gets its copy of the quorum queue.
    case grow(UInt8)
    /// The own node is brought back, under the eyes of a member that goes on.
    case repair(NodeRepair.Means, witness: UInt8)
}
