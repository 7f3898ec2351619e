/// What a node does.
public typealias NodeState = HostSnapshot.Node.State

extension HostSnapshot {
    /// The broker of a host as its own agent sees it.
    public struct Node: Hashable, Sendable {
        /// What the node does, told from its process, its port mapper and its own words.
        public enum State: String, OpenWord {
            case noProcess
            /// The node lives, and the Erlang port mapper does not know it, so that no tool finds it.
            case noPortMapper
            /// It lives and does not answer.
            case frozen
            /// On its way up, perhaps waiting for its peers' tables.
            case booting
            /// A person stopped its application.
            case stopped
            /// A partition left it in a minority, and it waits for the others.
            case paused
            case running
            /// It runs, and lacks something that the leaders of its queues have.
            case behind
            /// It runs, and a majority of the members goes on without it.
            case splitOff
            case drained, unknown

            /// Whether the node is part of what runs.
            public var isInService: Bool { [.running, .behind, .drained].contains(self) }
        }

        /// What the node's data directory is. A fresh one was blank until Warren started the node, which is part of no
        /// cluster yet. Present but unreadable is not blank.
        public enum DataDirectory: String, OpenWord { case blank, fresh, present, unreadable, unknown }

        /// Whether the node runs with the configuration that the manifest makes.
        public enum Configuration: String, OpenWord {
            case current
            /// A restart is due.
            case outdated
            /// It is being restarted for it at this moment, or a restart was cut off.
            case restarting
            case unknown
        }

        /// `rabbit@mq1`.
        public var name: String
        public var state: State
        public var version: String?
        public var data: DataDirectory
        /// Whether this host remembers the manifest's cluster, as a member or from others, which a blank disk does not undo.
        public var everClustered: Bool
        /// The members that it last saw running, as its data directory tells while it does not run; nil where that does
        /// not say.
        public var lastRunning: [String]?
        /// The cluster as this node sees it; nil where it could not be asked.
        public var cluster: Cluster?
        /// Whether it takes clients at this moment.
        public var servesClients: Bool
        /// What HAProxy's agent-check is told; nil where nothing is.
        public var answer: AgentAnswer?
        public var configuration = Configuration.unknown

        public init(
            name: String, state: State, version: String? = nil, data: DataDirectory = .unknown,
            everClustered: Bool = false, lastRunning: [String]? = nil, cluster: Cluster? = nil,
            servesClients: Bool = false, answer: AgentAnswer? = nil
        ) {
            self.name = name
            self.state = state
            self.version = version
            self.data = data
            self.everClustered = everClustered
            self.lastRunning = lastRunning
            self.cluster = cluster
            self.servesClients = servesClients
            self.answer = answer
        }
    }

    /// A cluster as one of its members sees it.
    public struct Cluster: Hashable, Sendable {
        public var name: String
        /// RabbitMQ's own identity of the cluster, which a new cluster of the same name does not share.
        public var id: String?
        /// Sorted, as the two that follow.
        public var members: [String]
        public var runningMembers: [String]
        /// Each node's list of the nodes that it lost; empty without a partition.
        public var partitions: [String: [String]]
        /// How many federation links and shovels are in each state, by what they are.
        public var links: [String: [String: Int]]

        public init(
            name: String, id: String? = nil, members: [String], runningMembers: [String],
            partitions: [String: [String]] = [:], links: [String: [String: Int]] = [:]
        ) {
            self.name = name
            self.id = id
            self.members = members.sorted { $0.precedes($1) }
            self.runningMembers = runningMembers.sorted { $0.precedes($1) }
            self.partitions = partitions.mapValues { $0.sorted { $0.precedes($1) } }
            self.links = links
        }
    }
}

extension HostSnapshot.Node: Codable {
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try members.decode(String.self, forKey: .name), state: try members.decode(.state, or: .unknown),
            version: try members.decodeIfPresent(String.self, forKey: .version),
            data: try members.decode(.data, or: .unknown), everClustered: try members.decode(.everClustered, or: false),
            lastRunning: try members.decodeIfPresent([String].self, forKey: .lastRunning),
            cluster: try members.decodeIfPresent(HostSnapshot.Cluster.self, forKey: .cluster),
            servesClients: try members.decode(.servesClients, or: false),
            answer: try members.decodeIfPresent(AgentAnswer.self, forKey: .answer))
        configuration = try members.decode(.configuration, or: .unknown)
    }
}

extension HostSnapshot.Cluster: Codable {
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try members.decode(.name, or: ""), id: try members.decodeIfPresent(String.self, forKey: .id),
            members: try members.decode(.members, or: []), runningMembers: try members.decode(.runningMembers, or: []),
            partitions: try members.decode(.partitions, or: [:]), links: try members.decode(.links, or: [:]))
    }
}
