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
    /// Whether another one ever told it of the manifest's cluster.
    var hasHeard = false
    /// The identity of the cluster that the manifest made; 0: none is pinned.
    var pin: UInt8 = 0
    /// The mark beside its memory that says that the node was started blank, to join.
    var hasFreshMark = false

    /// What it began and is not known to have ended well.
    var unfinished = Unfinished.nothing

    enum Unfinished: Hashable, Sendable { case nothing, restart, repair }

    mutating func end() { (isAlive, told, intent, isExcused) = (false, nil, nil, false) }

    mutating func forget() {
        (hasSeen, hasHeard, pin, unfinished) = (false, false, 0, .nothing)
    }
}

/// What one agent tells of its node, as `PeerView` holds it.
public struct Told: Hashable, Sendable {
    var data: NodeData
    var hasSeen: Bool
    var isRunning: Bool
    var members: HostSet
    var running: HostSet

    // Left out where neither restarts for the configuration nor recoveries are looked at: nothing else asks for them.
    var state = NodeState.unknown
    var isRestarting = false
    /// The members that the node last saw running, while it does not run.
    var lastRunning: HostSet = []
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
    /// What it began is done to its end. An agent that is killed before leaves it unfinished.
    case proceed(NodeRepair.Means)
}
