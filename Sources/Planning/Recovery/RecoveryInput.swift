import ClusterModel

/// All that `warren recover` knows on its host. Whatever could not be read says so.
public struct RecoveryInput: Hashable, Sendable {
    /// What the own broker does.
    public enum Broker: Hashable, Sendable {
        case stopped
        /// Its machine runs, and it waits for others.
        case booting
        /// Its application is stopped: a partition paused it, or a person stopped it.
        case paused
        case running(ClusterView)
        case unknown(String)
    }

    /// What is known of another member's host.
    public enum Peer: Hashable, Sendable {
        /// Nothing at its address answers.
        case silent
        /// Something answers, and does not say enough.
        case unclear(String)
        /// Its agent says that nothing of a node is there; and whether it remembers a cluster.
        case blank(remembers: Bool)
        /// Its agent says that the node has data and does not run; and which members it last saw running, if known.
        case down(lastRunning: [String]?)
        case running(members: [String], runningMembers: [String])
    }

    /// What is kept in SQLite.
    public struct Memory: Hashable, Sendable {
        /// Whether the host remembers the manifest's cluster, as a member or from others.
        public var remembers: Bool
        /// The members as they were last read.
        public var members: [String]?
        /// The newest export of the definitions.
        public var export: Int64?
        /// RabbitMQ's, as it was last read.
        public var version: BrokerVersion?
        /// About how many messages there were when they were last counted, and when that was.
        public var messages: Int?
        public var readAt: Timestamp?

        public init(
            remembers: Bool = false, members: [String]? = nil, export: Int64? = nil, version: BrokerVersion? = nil,
            messages: Int? = nil, readAt: Timestamp? = nil
        ) {
            self.remembers = remembers
            self.members = members
            self.export = export
            self.version = version
            self.messages = messages
            self.readAt = readAt
        }
    }

    /// The node names of the manifest's brokers, in its order.
    public var members: [String]
    public var own: String
    /// Whether the agents replace a member whose disk is blank by themselves while a majority runs.
    public var replacesBlank: Bool
    public var directory: NodeDirectory
    public var broker: Broker
    /// By node. One that is not in it can't be asked.
    public var peers: [String: Peer]
    public var memory: Memory

    public init(
        members: [String], own: String, replacesBlank: Bool = true, directory: NodeDirectory, broker: Broker,
        peers: [String: Peer], memory: Memory = Memory()
    ) {
        self.members = members
        self.own = own
        self.replacesBlank = replacesBlank
        self.directory = directory
        self.broker = broker
        self.peers = peers.filter { $0.key != own }
        self.memory = memory
    }

    func peer(_ node: String) -> Peer {
        peers[node] ?? .unclear("it is not in the manifest, so its host can't be asked")
    }

    /// Those among the nodes that are gone: nothing answers, or nothing of them is left.
    func gone(_ nodes: [String]) -> [String] { nodes.filter { peer($0).isGone } }

    /// Why some of the nodes are neither gone nor known.
    func doubts(_ nodes: [String]) -> [String] {
        nodes.compactMap { node in
            if case .unclear(let reason) = peer(node) { "\(node): \(reason)" } else { nil }
        }
    }

    /// Whether quorum queues can be made to go on with one replica: RabbitMQ 3.13 brought that. Where the version is not
    /// known, the step finds out.
    var shrinksQueues: Bool {
        let running: BrokerVersion? = if case .running(let view) = broker { view.version } else { nil }
        return (running ?? memory.version).map { $0 >= BrokerVersion(3, 13) } ?? true
    }

    /// The other nodes that run.
    var runningPeers: [String] { peers.keys.filter { peer($0).isRunning }.sorted { $0.precedes($1) } }
}

extension RecoveryInput.Peer {
    var isRunning: Bool { if case .running = self { true } else { false } }
    var isDown: Bool { if case .down = self { true } else { false } }
    var isGone: Bool {
        switch self {
        case .silent, .blank: true
        case .unclear, .down, .running: false
        }
    }
}
