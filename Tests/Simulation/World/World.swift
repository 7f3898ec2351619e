/// A cluster on its hosts at one moment.
public struct World: Hashable, Sendable {
    var nodes = Trio(Node())
    var agents = Trio(Agent())
    /// Whether each host has power.
    var powered: HostSet
    /// The links that are cut, see `link`.
    var cuts: UInt8 = 0

    /// The members of the quorum queue; empty where it was not declared.
    var replicas: HostSet = []
    /// The quorum queue's leader, which may have gone since.
    var leader: UInt8 = World.nobody
    /// How many messages of the quorum queue were confirmed.
    var confirmed: UInt8 = 0

    // What is only kept to judge by.

    /// Failures that may still happen.
    var failuresLeft: UInt8
    /// Hosts whose copy of the log a failure destroyed, until they have all of it again.
    var destroyed: HostSet = []
    /// Hosts whose disk and whose agent's memory failures destroyed, until they are members again.
    var amnesiac: HostSet = []
    /// Whether failures alone destroyed messages: more copies than a minority.
    var hasLostByFailures = false
    /// Whether a person acknowledged that messages are lost that are on no disk that is left.
    var isLossTold = false

    static let nobody: UInt8 = 3

    /// The bit of the link between two hosts.
    static func link(_ a: Int, _ b: Int) -> UInt8 { 1 << UInt8(a + b - 1) }

    /// Whether two hosts reach each other.
    func connects(_ a: Int, _ b: Int) -> Bool {
        powered.contains(a) && powered.contains(b) && (a == b || cuts & World.link(a, b) == 0)
    }

    /// Whether two running nodes are with each other in one cluster.
    func together(_ a: Int, _ b: Int) -> Bool {
        if a == b { return nodes[a].isUp }
        return nodes[a].isUp && nodes[b].isUp && connects(a, b) && nodes[a].cluster == nodes[b].cluster
            && nodes[a].view.contains(b) && nodes[b].view.contains(a)
    }

    /// Whether the queue's member on this host takes part.
    func hasReplica(_ place: Int) -> Bool { replicas.contains(place) && !nodes[place].lacksReplica }

    /// The queue's members that one of them is together with, itself included.
    func peers(of place: Int) -> HostSet {
        var peers = HostSet()
        for other in replicas where hasReplica(other) && together(place, other) { peers = peers + other }
        return peers
    }

    /// The leader, where it still leads.
    var activeLeader: Int? {
        let place = Int(leader)
        guard leader != World.nobody, hasReplica(place), nodes[place].isUp else { return nil }
        return peers(of: place).isMajority(of: replicas) ? place : nil
    }
}

extension HostSet {
    init() { self.init(bits: 0) }
}
