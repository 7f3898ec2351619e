import ClusterModel

/// All that one agent knows when it decides. Equal sights give equal decisions, so that each is decided once.
struct Sight: Hashable {
    let place: Int
    let data: NodeData
    let hasSeen: Bool
    let pin: UInt8
    let service: ServiceState
    /// What the kernel and the node itself tell of it.
    let process: Node.Process
    let isFrozen: Bool
    let isOutdated: Bool
    let isDrained: Bool
    let unfinished: Agent.Unfinished
    /// What its node says; nil where it does not answer.
    let cluster: SeenCluster?
    /// What those agents tell that it reaches.
    let peers: Trio<Told?>
}

/// A cluster as one of its nodes sees it.
struct SeenCluster: Hashable {
    let id: UInt8
    let members: HostSet
    let running: HostSet
    /// The nodes that the own one reports a partition with.
    let parted: HostSet
    let queue: SeenQueue?
}

/// The quorum queue as one node counts its replicas, as `ReplicaView` holds it.
struct SeenQueue: Hashable {
    let members: HostSet
    let leader: UInt8
    let behind: HostSet
    let silent: HostSet
}

extension Rules {
    func sight(of place: Int, in world: World) -> Sight {
        let (node, agent) = (world.nodes[place], world.agents[place])
        var peers = Trio<Told?>(nil)
        for peer in all where peer != place && world.connects(place, peer) && world.agents[peer].isAlive {
            peers[peer] = world.agents[peer].told
        }
        return Sight(
            place: place, data: data(of: place, in: world), hasSeen: agent.hasSeen, pin: agent.pin,
            service: service(node), process: node.process, isFrozen: node.isFrozen,
            isOutdated: node.isOutdated, isDrained: node.isDrained, unfinished: agent.unfinished,
            cluster: cluster(place, world), peers: peers)
    }

    /// As `HostFiles.data`.
    func data(of place: Int, in world: World) -> NodeData {
        switch world.nodes[place].disk {
        case .blank: .blank
        case .unreadable: .unreadable
        case .data: world.agents[place].hasFreshMark ? .fresh : .present
        }
    }

    /// As systemd tells it: it does not know of paused or frozen nodes.
    private func service(_ node: Node) -> ServiceState {
        switch node.process {
        case .none: .failed
        case .booting: .starting
        case .running, .paused, .stopped: .running
        }
    }

    private func cluster(_ place: Int, _ world: World) -> SeenCluster? {
        let node = world.nodes[place]
        guard node.isUp else { return nil }
        return SeenCluster(
            id: node.cluster, members: node.members, running: node.view, parted: partitions(place, world),
            queue: queue(place, world))
    }

    private func queue(_ place: Int, _ world: World) -> SeenQueue? {
        guard !world.replicas.isEmpty, world.nodes[place].cluster != 0 else { return nil }
        let leader = world.activeLeader.flatMap { world.together(place, $0) ? $0 : nil }
        var (behind, silent) = (HostSet(), HostSet())
        for member in world.replicas where world.together(place, member) {
            if world.nodes[member].lacksReplica {
                silent = silent + member
            } else if world.nodes[member].log < world.confirmed {
                behind = behind + member
            }
        }
        return SeenQueue(
            members: world.replicas, leader: leader.map { UInt8($0) } ?? World.nobody, behind: behind, silent: silent)
    }
}
