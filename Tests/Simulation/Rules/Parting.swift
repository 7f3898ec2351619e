// How nodes lose each other: facts/failure-modes, section 0, numbers 1, 2 and 6.

extension Rules {
    /// The members that a node sees running and that are not, or are out of its reach.
    private func lost(_ place: Int, _ world: World) -> HostSet {
        let node = world.nodes[place]
        var lost = HostSet()
        for other in node.view where other != place {
            let peer = world.nodes[other]
            if !peer.isUp || !world.connects(place, other) || peer.cluster != node.cluster { lost = lost + other }
        }
        return lost
    }

    /// The others whose Erlang machine a node reaches.
    private func reachable(_ place: Int, _ world: World) -> HostSet {
        var set: HostSet = [place]
        for other in world.nodes[place].members where other != place {
            if world.nodes[other].answers, world.connects(place, other) { set = set + other }
        }
        return set
    }

    /// Members that run, are in reach and dropped this node, which did not notice: it was frozen, or cut off for a moment.
    private func dropped(by place: Int, _ world: World) -> HostSet {
        var set = HostSet()
        for other in world.nodes[place].view where other != place {
            let peer = world.nodes[other]
            if peer.isUp, world.connects(place, other), peer.cluster == world.nodes[place].cluster,
                !peer.view.contains(place)
            {
                set = set + other
            }
        }
        return set
    }

    func hasNews(_ place: Int, _ world: World) -> Bool {
        !lost(place, world).isEmpty || !dropped(by: place, world).isEmpty
    }

    func canSplitOff(_ place: Int, _ world: World) -> Bool { !dropped(by: place, world).isEmpty }

    func notice(_ place: Int, _ world: inout World) {
        let node = world.nodes[place]
        let gone = lost(place, world)
        let cutOff = dropped(by: place, world)
        let rest = node.view - gone - cutOff
        guard pausesMinority, node.members.count > 1 else {
            world.nodes[place].view = rest
            return
        }
        // Who dropped it closed the connection: for a moment, they are out of reach.
        if !(reachable(place, world) - cutOff).isMajority(of: node.members) {
            world.nodes[place].process = .paused
        } else if isPartial(place, gone, rest, world) {
            world.nodes[place].process = .paused
            world.nodes[place].waitsForAll = true
        } else {
            world.nodes[place].view = rest
        }
    }

    /// Whether another one still sees what this one lost.
    private func isPartial(_ place: Int, _ gone: HostSet, _ rest: HostSet, _ world: World) -> Bool {
        rest.contains { other in
            other != place && gone.contains { world.nodes[$0].isUp && world.together(other, $0) }
        }
    }

    func canReturn(_ place: Int, _ world: World) -> Bool {
        let node = world.nodes[place]
        let reached = reachable(place, world)
        return node.waitsForAll ? reached == node.members : reached.isMajority(of: node.members)
    }

    /// The members that a running node reports a partition with.
    func partitions(_ place: Int, _ world: World) -> HostSet {
        var set = HostSet()
        let node = world.nodes[place]
        for other in node.members - node.view where other != place {
            if world.nodes[other].isUp, world.connects(place, other), world.nodes[other].cluster == node.cluster {
                set = set + other
            }
        }
        return set
    }
}
