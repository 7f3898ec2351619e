import ClusterModel
import Planning

extension Rules {
    /// An agent reads its host, its node and what the others tell, and decides.
    func look(_ place: Int, _ world: inout World, _ decider: Decider) {
        let decision = observe(place, &world, decider)
        world.agents[place].intent = decision.moves.first
        world.agents[place].isExcused = decision.moves.first == .found && world.amnesiac.isMajority(of: all)
    }

    /// An agent asks the others also while it is about to do something.
    func hear(_ place: Int, _ world: inout World, _ decider: Decider) {
        guard !world.agents[place].hasHeard else { return }
        let sight = sight(of: place, in: world)
        guard decider.decide(sight).hearsCluster else { return }
        world.agents[place].hasHeard = true
        world.agents[place].hasSeen = true
        world.agents[place].told?.hasSeen = true
    }

    /// What a run remembers and tells of what it reads.
    @discardableResult
    private func observe(_ place: Int, _ world: inout World, _ decider: Decider) -> Decision {
        let sight = sight(of: place, in: world)
        let decision = decider.decide(sight)
        if decision.isMember { world.agents[place].hasFreshMark = false }
        if let pin = decision.newPin { world.agents[place].pin = pin }
        if decision.hearsCluster { world.agents[place].hasHeard = true }
        if sight.cluster != nil || decision.hearsCluster {
            world.agents[place].hasSeen = ClusterIdentity.hasSeenCluster(
                own: Decider.node(place), members: all.map { Decider.node($0) }, isPinned: world.agents[place].pin != 0,
                hasHeard: world.agents[place].hasHeard, last: sight.cluster?.members.map { Decider.node($0) })
        }
        var told = Told(
            data: data(of: place, in: world), hasSeen: sight.hasSeen, isRunning: sight.cluster != nil,
            members: sight.cluster?.members ?? [], running: sight.cluster?.running ?? [])
        if restarts || recovers { (told.state, told.isRestarting) = (decision.state, decision.isRestarting) }
        if recovers, sight.cluster == nil { told.lastRunning = world.nodes[place].view }
        world.agents[place].told = told
        return decision
    }

    /// What an agent does when it carries out what it decided, and what it tells afterwards.
    func act(_ place: Int, _ world: inout World, _ decider: Decider) -> Violation? {
        guard let move = world.agents[place].intent else { return nil }
        world.agents[place].intent = nil
        let violation = carryOut(move, place, &world)
        world.agents[place].isExcused = false
        observe(place, &world, decider)
        return violation
    }

    private func carryOut(_ move: Move, _ place: Int, _ world: inout World) -> Violation? {
        switch move {
        case .start, .found, .startToJoin: return start(place, move, &world)
        case .join(let seed): return join(place, Int(seed), &world)
        case .forget(let member): return forget(Int(member), by: place, &world)
        case .grow(let member): grow(Int(member), by: place, &world)
        case .repair(let means, let witness): return repair(place, means, Int(witness), &world)
        case .proceed(let means): proceed(place, means, &world)
        }
        return nil
    }

    private func start(_ place: Int, _ move: Move, _ world: inout World) -> Violation? {
        // systemd starts nothing that runs.
        guard world.nodes[place].process == .none, world.nodes[place].disk != .unreadable else { return nil }
        var violation: Violation?
        if world.nodes[place].disk == .blank {
            var node = Node()
            (node.disk, node.members, node.view) = (.data, [place], [place])
            if move == .found {
                let isExcused = world.agents[place].isExcused
                if !isExcused, isSecondCluster(besides: place, world) { violation = .secondCluster(founder: place) }
                node.cluster = newCluster(world)
            } else {
                world.agents[place].hasFreshMark = move == .startToJoin
            }
            world.nodes[place] = node
        }
        world.nodes[place].isOutdated = false
        boot(place, &world)
        return violation
    }

    private func join(_ place: Int, _ seed: Int, _ world: inout World) -> Violation? {
        let node = world.nodes[place]
        // What the script refuses, and what can't work.
        guard node.isUp, node.members.count == 1, world.nodes[seed].isUp, world.connects(place, seed),
            agrees(seed, world), dropReplica(of: place, by: seed, &world)
        else { return nil }
        var violation: Violation?
        if world.nodes[seed].cluster == 0 {
            if isSecondCluster(besides: place, world) { violation = .secondCluster(founder: place) }
            world.nodes[seed].cluster = newCluster(world)
        }
        world.nodes[place].cluster = world.nodes[seed].cluster
        (world.nodes[place].log, world.nodes[place].hasClassic) = (0, false)
        for member in world.nodes[seed].view where world.nodes[member].isUp {
            world.nodes[member].members = world.nodes[member].members + place
        }
        enter(place, by: seed, &world)
        world.agents[place].hasFreshMark = false
        world.amnesiac = world.amnesiac - place
        return violation
    }

    /// A queue that goes on without the replica on a blank node that joins is rid of it first: it would vote, and has
    /// nothing. One without a leader may be helped by it, where no majority of the replicas is up.
    ///
    /// - Returns: whether the node may join.
    private func dropReplica(of place: Int, by seed: Int, _ world: inout World) -> Bool {
        guard world.replicas.contains(place) else { return true }
        let up = world.replicas.filter { world.together(seed, $0) }
        guard 2 * up.count > world.replicas.count else { return true }
        guard let leader = world.activeLeader, world.together(seed, leader) else { return false }
        world.replicas = world.replicas - place
        world.destroyed = world.destroyed - place
        return true
    }

    /// Whether all that a node takes for running members answer: who is a member is changed by all of them or not at all.
    func agrees(_ place: Int, _ world: World) -> Bool {
        world.nodes[place].view.allSatisfy {
            $0 == place || world.nodes[$0].isUp && world.connects(place, $0)
        }
    }

    /// Whether there is another cluster's data, unless failures took disk and memory of more than a minority.
    private func isSecondCluster(besides place: Int, _ world: World) -> Bool {
        !world.amnesiac.isMajority(of: all)
            && all.contains { $0 != place && world.nodes[$0].disk != .blank && world.nodes[$0].cluster != 0 }
    }

    private func newCluster(_ world: World) -> UInt8 {
        (1...9).first { id in
            !all.contains { world.nodes[$0].cluster == id || world.agents[$0].pin == id }
        } ?? 9
    }
}
