/// What goes wrong. Each counts as one failure.
public enum Failure: Hashable, Sendable {
    case killBroker(Int)
    case powerLost(Int)
    case powerLostEverywhere
    /// The disk with the broker's data comes back blank; the agent's memory is elsewhere and stays.
    case diskBlanked(Int)
    /// Another machine in place of the host: blank, and its agent remembers nothing.
    case machineReplaced(Int)
    /// The disk with the broker's data is not mounted.
    case diskUnmounted(Int)
    case linkCut(Int, Int)
    case isolated(Int)
    /// The broker is stopped by a signal and says nothing more.
    case frozen(Int)
    /// The disk was full: the node runs on without its member of the quorum queue.
    case replicaGone(Int)
    case applicationStopped(Int)
    case agentKilled(Int)
    /// The agent is killed and its state file is gone.
    case memoryLost(Int)
}

/// What ends a failure.
public enum Ending: Hashable, Sendable {
    case powerBack(Int)
    case diskMounted(Int)
    case linkMended(Int, Int)
    case resumed(Int)
    case applicationStarted(Int)
    case agentStarted(Int)
}

extension Rules {
    /// Every failure that can happen to this world.
    func failures(of world: World) -> [Failure] {
        guard world.failuresLeft > 0 else { return [] }
        var all: [Failure] = []
        for place in self.all { add(to: &all, place, world) }
        for place in self.all {
            for other in self.all where other > place && world.cuts & World.link(place, other) == 0 {
                all.append(.linkCut(place, other))
            }
            if count > 2, world.cuts & cuts(of: place) == 0 { all.append(.isolated(place)) }
        }
        if world.powered == self.all { all.append(.powerLostEverywhere) }
        return all
    }

    private func add(to all: inout [Failure], _ place: Int, _ world: World) {
        let (node, agent, hasPower) = (world.nodes[place], world.agents[place], world.powered.contains(place))
        if node.process != .none { all.append(.killBroker(place)) }
        if hasPower { all.append(.powerLost(place)) }
        if node.disk != .blank {
            all += [.diskBlanked(place)]
            if node.disk == .data { all.append(.diskUnmounted(place)) }
        }
        if node.disk != .blank || agent.hasSeen { all.append(.machineReplaced(place)) }
        if node.answers { all.append(.frozen(place)) }
        if node.isUp {
            all.append(.applicationStopped(place))
            if world.hasReplica(place) { all.append(.replicaGone(place)) }
        }
        if agent.isAlive { all.append(.agentKilled(place)) }
        if agent.hasSeen { all.append(.memoryLost(place)) }
    }

    func endings(of world: World) -> [Ending] {
        var all: [Ending] = []
        for place in self.all {
            if !world.powered.contains(place) {
                all.append(.powerBack(place))
            } else if !world.agents[place].isAlive {
                all.append(.agentStarted(place))
            }
            let node = world.nodes[place]
            if node.disk == .unreadable { all.append(.diskMounted(place)) }
            if node.isFrozen { all.append(.resumed(place)) }
            if node.process == .stopped, !node.isFrozen, world.agents[place].unfinished != .repair {
                all.append(.applicationStarted(place))
            }
            for other in self.all where other > place && world.cuts & World.link(place, other) != 0 {
                all.append(.linkMended(place, other))
            }
        }
        return all
    }

    /// The links of one host.
    func cuts(of place: Int) -> UInt8 {
        all.reduce(0) { $1 == place ? $0 : $0 | World.link(place, $1) }
    }

    func apply(_ failure: Failure, to world: inout World) {
        world.failuresLeft -= 1
        switch failure {
        case .killBroker(let place): world.nodes[place].end()
        case .powerLost(let place): losePower(place, &world)
        case .powerLostEverywhere: for place in all { losePower(place, &world) }
        case .diskBlanked(let place): loseDisk(place, &world)
        case .machineReplaced(let place):
            loseDisk(place, &world)
            world.amnesiac = world.amnesiac + place
            let isOn = world.powered.contains(place)
            world.agents[place] = Agent()
            world.agents[place].isAlive = isOn
        case .diskUnmounted(let place):
            world.nodes[place].end()
            world.nodes[place].disk = .unreadable
            world.agents[place].intent = nil
        case .linkCut(let place, let other): world.cuts |= World.link(place, other)
        case .isolated(let place): world.cuts |= cuts(of: place)
        case .frozen(let place): world.nodes[place].isFrozen = true
        case .replicaGone(let place): world.nodes[place].lacksReplica = true
        case .applicationStopped(let place): world.nodes[place].process = .stopped
        case .agentKilled(let place): world.agents[place].end()
        case .memoryLost(let place):
            world.agents[place].end()
            world.agents[place].forget()
            if world.nodes[place].disk == .blank { world.amnesiac = world.amnesiac + place }
        }
    }

    func apply(_ ending: Ending, to world: inout World) {
        switch ending {
        case .powerBack(let place):
            world.powered = world.powered + place
            world.agents[place].isAlive = true
        case .diskMounted(let place): world.nodes[place].disk = .data
        case .linkMended(let place, let other): world.cuts &= ~World.link(place, other)
        case .resumed(let place): world.nodes[place].isFrozen = false
        case .applicationStarted(let place): boot(place, &world)
        case .agentStarted(let place): world.agents[place].isAlive = true
        }
    }

    private func losePower(_ place: Int, _ world: inout World) {
        world.powered = world.powered - place
        world.nodes[place].end()
        world.agents[place].end()
    }

    private func loseDisk(_ place: Int, _ world: inout World) {
        if world.replicas.contains(place), world.nodes[place].disk != .blank {
            world.destroyed = world.destroyed + place
        }
        world.nodes[place].wipe()
        // The data is looked at in the moment before a start.
        world.agents[place].intent = nil
        if !world.agents[place].hasSeen { world.amnesiac = world.amnesiac + place }
    }
}
