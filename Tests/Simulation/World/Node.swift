import ClusterModel

/// The node of one host: its process, its disk, and what it believes of the cluster.
public struct Node: Hashable, Sendable {
    enum Process: UInt8, Hashable, Sendable {
        case none
        /// Waits for the tables of its peers, at most five minutes.
        case booting
        case running
        /// `pause_minority` stopped the application; it comes back by itself.
        case paused
        /// A person stopped the application.
        case stopped
    }

    enum Disk: UInt8, Hashable, Sendable {
        case blank, data
        /// The data is there, below a mount point whose disk is not mounted.
        case unreadable
    }

    var process = Process.none
    /// Stopped by a signal: it says nothing, and learns of nothing.
    var isFrozen = false
    /// A pause that ends only when all members are reachable, as a partial partition causes.
    var waitsForAll = false
    /// The quorum queue's member is gone although the node runs, as after a full disk.
    var lacksReplica = false
    /// An agent ended it to repair it, and it has not come up since.
    var isDisrupted = false
    /// It runs with a configuration that is on disk no more.
    var isOutdated = false
    /// In maintenance, until its application is started anew.
    var isDrained = false

    var disk = Disk.blank
    /// Which cluster the data belongs to; 0: none yet, the node is alone.
    var cluster: UInt8 = 0
    /// The members that the node knows.
    var members: HostSet = []
    /// The members that it saw running; while it does not run, those it waits for when it boots.
    var view: HostSet = []
    /// How many entries its copy of the quorum queue's log has. Entry k is the k-th confirmed message.
    var log: UInt8 = 0
    /// Whether its classic queue, which is on no other node, holds its messages.
    var hasClassic = false

    /// Whether it takes part in the cluster at this moment.
    var isUp: Bool { process == .running && !isFrozen }
    /// Whether its Erlang machine answers others.
    var answers: Bool { process != .none && !isFrozen }

    /// What a process leaves behind when it ends.
    mutating func end() {
        process = .none
        (isFrozen, waitsForAll, lacksReplica, isDisrupted) = (false, false, false, false)
        (isDrained, isOutdated) = (false, false)
    }

    /// What a lost disk leaves behind.
    mutating func wipe() { self = Node() }
}
