import ClusterModel
import Planning

// What a person does who calls `warren recover` on a host and acknowledges what it says: `Recovery` recognises what happened,
// `RecoveryGuards` looks again before each step. The person is right about what is gone: nothing answers there, and its
// disk is lost. The steps are done without anything in between.

extension Rules {
    /// Whether a person would follow what `warren recover` says on this host.
    func canRecover(_ place: Int, _ world: World) -> Bool {
        guard recovers, world.powered.contains(place), !world.nodes[place].isFrozen else { return false }
        let input = recoveryInput(place, world)
        guard case .plan = Recovery(input).finding else { return false }
        return all.allSatisfy { input.peers[Decider.node($0)] != .silent || world.nodes[$0].disk == .blank }
    }

    func recover(_ place: Int, _ world: inout World) -> Violation? {
        guard case .plan(let plan) = Recovery(recoveryInput(place, world)).finding else { return nil }
        world.agents[place].intent = nil
        world.isLossTold = world.isLossTold || plan.scenario != 3
        for step in plan.steps {
            let guards = RecoveryGuards(recoveryInput(place, world))
            if guards.isDone(step) { continue }
            guard guards.refusal(of: step) == nil else { break }
            guard carryOut(step, place, &world) else { break }
        }
        return nil
    }

    /// - Returns: whether the next step may follow.
    private func carryOut(_ step: RecoveryStep, _ place: Int, _ world: inout World) -> Bool {
        switch step {
        case .suspend, .resume, .shrinkQueues: return true
        case .stopBroker: world.nodes[place].end()
        case .startBroker, .beginStart:
            boot(place, &world)
            finishBoot(place, &world)
            return world.nodes[place].isUp
        case .forget(let node): return forgetByWord(Self.place(node), by: place, &world)
        case .forgetOffline(let node):
            world.nodes[place].members = world.nodes[place].members - Self.place(node)
            world.nodes[place].view = [place]
        case .forceBoot: world.nodes[place].view = [place]
        case .standalone: return false
        case .quarantine:
            if world.replicas.contains(place) { world.destroyed = world.destroyed + place }
            world.nodes[place].wipe()
        case .forgetCluster: world.agents[place].forget()
        }
        return true
    }

    /// `rabbitmqctl forget_cluster_node`, which then shrinks each queue that has a leader.
    private func forgetByWord(_ member: Int, by place: Int, _ world: inout World) -> Bool {
        guard world.nodes[place].isUp, agrees(place, world) else { return false }
        for other in world.nodes[place].view where world.nodes[other].isUp {
            world.nodes[other].members = world.nodes[other].members - member
        }
        if world.replicas.contains(member), let leader = world.activeLeader, world.together(place, leader) {
            world.replicas = world.replicas - member
            world.destroyed = world.destroyed - member
        }
        return true
    }

    private static func place(_ node: String) -> Int { (node.last?.wholeNumberValue ?? 1) - 1 }

    private func nodes(_ set: HostSet) -> [String] { set.map { Decider.node($0) } }

    private func recoveryInput(_ place: Int, _ world: World) -> RecoveryInput {
        let node = world.nodes[place]
        let data = data(of: place, in: world)
        var peers: [String: RecoveryInput.Peer] = [:]
        for other in all where other != place { peers[Decider.node(other)] = peer(other, of: place, world) }
        return RecoveryInput(
            members: nodes(all), own: Decider.node(place),
            directory: NodeDirectory(
                data, store: data == .present ? .mnesia : nil, members: data == .present ? nodes(node.members) : nil,
                lastRunning: data == .present ? nodes(node.view) : nil),
            broker: broker(place, world), peers: peers,
            memory: RecoveryInput.Memory(remembers: world.agents[place].hasSeen, version: BrokerVersion(3, 10, 8)))
    }

    private func broker(_ place: Int, _ world: World) -> RecoveryInput.Broker {
        let node = world.nodes[place]
        switch node.process {
        case .none: return .stopped
        case .booting: return .booting
        case .paused, .stopped: return .paused
        case .running:
            return .running(
                ClusterView(
                    version: BrokerVersion(3, 10, 8), clusterName: "c", members: nodes(node.members),
                    runningMembers: nodes(node.view),
                    partitions: partitions(place, world).isEmpty
                        ? [:] : [Decider.node(place): nodes(partitions(place, world))]))
        }
    }

    /// As the agent there tells.
    private func peer(_ other: Int, of place: Int, _ world: World) -> RecoveryInput.Peer {
        guard world.connects(place, other) else { return .silent }
        guard world.agents[other].isAlive, let told = world.agents[other].told else {
            return .unclear("its host answers and its agent does not")
        }
        switch (told.state, told.data) {
        case (.running, _), (.drained, _):
            return .running(members: nodes(told.members), runningMembers: nodes(told.running))
        case (.noProcess, .blank), (.noProcess, .fresh): return .blank(remembers: told.hasSeen)
        case (.noProcess, .present), (.booting, .present): return .down(lastRunning: nodes(told.lastRunning))
        default: return .unclear("its node is \(told.state.rawValue)")
        }
    }
}
