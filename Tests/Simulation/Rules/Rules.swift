/// What kind of cluster it is, and how far it is followed. The rules of the world are functions of this.
public struct Rules: Sendable {
    /// How many hosts there are: two or three.
    public let count: Int
    /// `cluster_partition_handling`: `pause_minority`, or `ignore`.
    public let pausesMinority: Bool
    /// How many messages clients publish at most.
    public let messages: UInt8
    /// Whether the configuration of all brokers has changed, so that each has to be restarted.
    public let restarts: Bool
    /// Whether a person does what `warren recover` says, at any moment.
    public let recovers: Bool

    public init(
        hosts count: Int, pausesMinority: Bool = true, messages: Int = 2, restarts: Bool = false, recovers: Bool = false
    ) {
        self.count = count
        self.pausesMinority = pausesMinority
        self.messages = UInt8(messages)
        self.restarts = restarts
        self.recovers = recovers
    }

    var all: HostSet { .first(count) }

    func name(_ place: Int) -> String { "mq\(place + 1)" }
    func names(_ set: HostSet) -> String { set.isEmpty ? "nobody" : set.map(name).joined(separator: ", ") }

    /// Hosts with power and blank disks, whose agents have just started.
    public func blank(failures: Int) -> World { World(powered: all, failuresLeft: UInt8(failures)) }

    /// A cluster of all hosts that runs well, with a quorum queue that holds one message.
    public func formed(failures: Int) -> World {
        var world = blank(failures: failures)
        for place in all {
            var node = Node()
            (node.process, node.disk, node.cluster, node.members, node.view) = (.running, .data, 1, all, all)
            (node.log, node.hasClassic, node.isOutdated) = (1, true, restarts)
            world.nodes[place] = node
            (world.agents[place].hasSeen, world.agents[place].pin) = (true, 1)
        }
        (world.replicas, world.leader, world.confirmed) = (all, 0, 1)
        return world
    }

    /// Whether nothing is left to do: all members run as one, and each has all of the queue.
    public func isConverged(_ world: World) -> Bool {
        world.cuts == 0
            && all.allSatisfy { place in
                let node = world.nodes[place]
                return node.isUp && !node.isOutdated && !node.isDrained && node.cluster != 0 && node.members == all
                    && node.view == all
                    && world.agents[place].isAlive
                    && (world.replicas.isEmpty || world.hasReplica(place) && node.log == world.confirmed)
            } && (world.replicas.isEmpty || world.activeLeader != nil)
    }
}
