// The quorum queue: Raft, as far as it decides which messages survive.
//
// A message is confirmed when more than half of the members have it. As long as none is lost, each log is the beginning
// of one sequence, so that its length says what it holds, and a longer one is the newer one: terms add nothing. The first
// leader that lacks a confirmed message ends that, and is what is looked for.

extension Rules {
    func canLead(_ place: Int, _ world: World) -> Bool {
        guard world.hasReplica(place), !world.nodes[place].isDrained, world.activeLeader == nil else { return false }
        return voters(for: place, world).isMajority(of: world.replicas)
    }

    /// Those that it is with and that have no longer log.
    private func voters(for place: Int, _ world: World) -> HostSet {
        let log = world.nodes[place].log
        var set = HostSet()
        for peer in world.peers(of: place) where world.nodes[peer].log <= log { set = set + peer }
        return set
    }

    func elect(_ place: Int, _ world: inout World) -> Violation? {
        world.leader = UInt8(place)
        let log = world.nodes[place].log
        guard log < world.confirmed else { return nil }
        let lost = world.confirmed - log
        let isOnADisk = world.replicas.contains { world.nodes[$0].disk == .data && world.nodes[$0].log > log }
        // What others have of it is cut off when they hear of the leader.
        world.confirmed = log
        for other in all { world.nodes[other].log = min(world.nodes[other].log, log) }
        guard world.destroyed.isMajority(of: world.replicas) || world.isLossTold && !isOnADisk else {
            return .lostConfirmed(Int(lost), leader: place)
        }
        world.hasLostByFailures = true
        return nil
    }

    func canCatchUp(_ place: Int, _ world: World) -> Bool {
        guard let leader = world.activeLeader, leader != place, world.hasReplica(place) else { return false }
        return world.nodes[place].log < world.confirmed && world.together(place, leader)
    }

    func catchUp(_ place: Int, _ world: inout World) {
        world.nodes[place].log = world.confirmed
        world.destroyed = world.destroyed - place
    }

    /// The least that confirms a message: the leader, and just as many as make more than half.
    func publications(in world: World) -> [Happening] {
        guard world.confirmed < messages, let leader = world.activeLeader else { return [] }
        let needed = world.replicas.count / 2
        let others = world.peers(of: leader) - leader
        if needed == 0 { return [.publishes([leader])] }
        if needed == others.count { return [.publishes(others + leader)] }
        // Three members: one of the two others.
        return others.map { .publishes([leader, $0]) }
    }
}
