// How a node comes up: facts/failure-modes, section 3, number 9, and section 0, number 6.

extension Rules {
    /// Where a booting node gets the tables from.
    enum BootSource: Hashable { case itself, peer(Int) }

    /// The application of a node starts, with the data that it has.
    func boot(_ place: Int, _ world: inout World) {
        world.nodes[place].process = .booting
        (world.nodes[place].waitsForAll, world.nodes[place].lacksReplica) = (false, false)
        world.nodes[place].isDrained = false
    }

    /// Nil while it has to wait, or where its peers disagree.
    func bootSource(_ place: Int, _ world: World) -> BootSource? {
        let node = world.nodes[place]
        var waited = (node.view & node.members) - place
        for peer in node.members where peer != place && world.connects(place, peer) {
            let other = world.nodes[peer]
            guard other.answers, other.cluster == node.cluster else { continue }
            if other.isUp {
                // "thinks it's clustered with …, but … disagrees"
                return other.members.contains(place) ? .peer(peer) : nil
            }
            if other.process == .booting { waited = waited - peer }
        }
        return waited.isEmpty ? .itself : nil
    }

    func finishBoot(_ place: Int, _ world: inout World) {
        switch bootSource(place, world) {
        case nil: return
        case .itself: world.nodes[place].view = [place]
        case .peer(let peer): enter(place, by: peer, &world)
        }
        (world.nodes[place].process, world.nodes[place].isDisrupted) = (.running, false)
        if world.nodes[place].cluster != 0 { world.amnesiac = world.amnesiac - place }
    }

    /// A node becomes one that those who see `peer` see too, as far as they reach it.
    func enter(_ place: Int, by peer: Int, _ world: inout World) {
        world.nodes[place].members = world.nodes[peer].members
        var view: HostSet = [place]
        for other in world.nodes[peer].view where other != place {
            guard world.nodes[other].isUp, world.connects(place, other) else { continue }
            view = view + other
            world.nodes[other].view = world.nodes[other].view + place
        }
        world.nodes[place].view = view
    }
}
