import ClusterModel

// What `RestartScript` looks at again on a member that goes on, and what `NodeRepairer` then does. The lease on restarts is
// left out, as if it had always run out already: one member at a time has to follow from the rules alone.

extension Rules {
    func repair(_ place: Int, _ means: NodeRepair.Means, _ witness: Int, _ world: inout World) -> Violation? {
        guard world.connects(place, witness), world.nodes[witness].isUp, holds(means, place, witness, world) else {
            return nil
        }
        let others = all.filter { $0 != place && world.nodes[$0].isDisrupted }
        switch means {
        case .rejoin, .restoreReplicas:
            guard world.nodes[place].isUp else { return nil }
            world.nodes[place].process = .stopped
        case .restartPaused:
            guard world.nodes[place].process == .paused, !world.nodes[place].isFrozen else { return nil }
            world.nodes[place].end()
        case .killFrozen:
            guard world.nodes[place].isFrozen else { return nil }
            world.nodes[place].end()
        case .finish:
            guard world.nodes[place].process == .stopped else { return nil }
        case .reconfigure:
            guard world.nodes[place].isUp else { return nil }
            world.nodes[place].isDrained = true
            if world.leader == UInt8(place) { world.leader = World.nobody }
        case .settle:
            if isCaughtUp(place, world) { world.agents[place].unfinished = .nothing }
            return nil
        case .startPortMapper:
            return nil
        }
        world.agents[place].unfinished = means == .reconfigure ? .restart : .repair
        world.agents[place].intent = .proceed(means)
        world.nodes[place].isDisrupted = true
        return others.isEmpty ? nil : .twoDisrupted(place, others[0])
    }

    /// The second half of a repair: what was ended comes up. That it is caught up is seen later, as if each repair had been
    /// cut off once more.
    func proceed(_ place: Int, _ means: NodeRepair.Means, _ world: inout World) {
        switch means {
        case .rejoin, .restoreReplicas, .finish:
            guard world.nodes[place].process == .stopped, !world.nodes[place].isFrozen else { return }
            boot(place, &world)
        case .reconfigure:
            world.nodes[place].end()
            world.nodes[place].isDisrupted = true
            world.agents[place].intent = .start
        case .restartPaused, .killFrozen:
            guard world.nodes[place].process == .none else { return }
            world.agents[place].intent = .start
        case .settle, .startPortMapper: return
        }
    }

    private func isCaughtUp(_ place: Int, _ world: World) -> Bool {
        world.nodes[place].isUp && !world.nodes[place].lacksReplica
            && (!world.replicas.contains(place) || world.nodes[place].log == world.confirmed)
    }

    private func holds(_ means: NodeRepair.Means, _ place: Int, _ witness: Int, _ world: World) -> Bool {
        switch means {
        case .rejoin, .finish: isWithout(place, witness, world) && world.nodes[place].answers
        case .killFrozen: isWithout(place, witness, world)
        case .restartPaused: isFirstPaused(place, witness, world)
        case .restoreReplicas, .reconfigure, .settle: isWhole(without: place, witness, world)
        case .startPortMapper: false
        }
    }

    private func seeTheSame(_ set: HostSet, _ witness: Int, _ world: World) -> Bool {
        set.allSatisfy {
            world.connects(witness, $0) && world.nodes[$0].isUp && world.nodes[$0].view == world.nodes[witness].view
        }
    }

    /// A strict majority of the members has one view, and the node is not in it.
    private func isWithout(_ place: Int, _ witness: Int, _ world: World) -> Bool {
        let running = world.nodes[witness].view
        return !running.contains(place) && running.isMajority(of: all) && seeTheSame(running, witness, world)
    }

    /// The witness runs alone, two members are paused, and this is the first of them that it reaches.
    private func isFirstPaused(_ place: Int, _ witness: Int, _ world: World) -> Bool {
        guard world.nodes[witness].view == [witness] else { return false }
        let paused = all.filter {
            $0 != witness && world.connects(witness, $0) && world.nodes[$0].answers
                && world.nodes[$0].process == .paused
        }
        return paused.count > 1 && paused[0] == place
    }

    /// All run with one view, the queue goes on without the node, and no other replica is behind.
    private func isWhole(without place: Int, _ witness: Int, _ world: World) -> Bool {
        guard world.nodes[witness].view == all, seeTheSame(all, witness, world),
            partitions(witness, world).isEmpty, all.allSatisfy({ $0 == place || !world.nodes[$0].isDrained })
        else { return false }
        guard world.replicas.contains(place) else { return true }
        let good = (world.replicas - place).filter { world.hasReplica($0) && world.nodes[$0].log == world.confirmed }
        return world.activeLeader != nil && good.count == (world.replicas - place).count
            && 2 * good.count > world.replicas.count
    }
}
