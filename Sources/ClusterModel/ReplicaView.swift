/// How the replicas of quorum queues, streams and mirrored queues stand, as the running members count them.
///
/// Lists are cut by the broker, so that the view stays small with any number of queues; counts are whole.
public struct ReplicaView: Hashable, Sendable {
    /// What a queue's replicas are kept in step by.
    public enum QueueType: String, Hashable, Sendable {
        case quorum, stream, mirrored
        /// It has one replica.
        case classic
    }

    /// A queue by name.
    public struct Queue: Hashable, Sendable {
        public let vhost: String
        public let name: String
        public let type: QueueType

        public init(vhost: String, name: String, type: QueueType) {
            self.vhost = vhost
            self.name = name
            self.type = type
        }

        /// As resources are written: `queue orders/jobs`.
        public var id: ResourceID { ResourceID("queue", vhost: vhost, name: name) }
    }

    /// Queues, of which the first few are named.
    public struct Queues: Hashable, Sendable {
        public let count: Int
        public let named: [Queue]

        public init(count: Int = 0, named: [Queue] = []) {
            self.count = count
            self.named = named
        }

        public static func these(_ queues: [Queue]) -> Queues { Queues(count: queues.count, named: queues) }

        /// `queue orders/a, queue orders/b and 18 more`; at most three are named.
        public var words: String {
            let names = named.prefix(3).map { "\($0.id)" }
            let rest = count - names.count
            return names.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        }
    }

    /// A queue whose replicas are not all as they should be.
    public struct Troubled: Hashable, Sendable {
        public let queue: Queue
        /// Nil where no running member leads it.
        public let leader: String?
        public let members: [String]
        /// Running members that lack what the leader had committed 200 ms before, or that have no vote yet.
        public let behind: [String]
        /// Running members on which the replica's process is gone.
        public let silent: [String]

        public init(queue: Queue, leader: String?, members: [String], behind: [String] = [], silent: [String] = []) {
            self.queue = queue
            self.leader = leader
            self.members = members
            self.behind = behind
            self.silent = silent
        }
    }

    /// All queues with replicas.
    public var count: Int
    public var troubledCount: Int
    public var troubled: [Troubled]
    /// How many quorum queues each running member leads.
    public var leaders: [String: Int]
    /// For how many seconds each running member's virtual machine has been up; empty where there is no queue to ask for.
    public var uptimes: [String: Int]
    /// For each running member, the queues that could not go on without it: no majority would be left, or no mirror in
    /// step. What `check_if_node_is_quorum_critical` and `check_if_node_is_mirror_sync_critical` mean.
    public var critical: [String: Queues]
    /// For each running member, the queues that have fewer replicas than they were declared with, and are to get one there.
    public var lacking: [String: Queues]
    /// For each member, running or not, the durable classic queues that are on it alone.
    public var onlyOn: [String: Queues]

    public init(
        count: Int = 0, troubledCount: Int? = nil, troubled: [Troubled] = [], leaders: [String: Int] = [:],
        uptimes: [String: Int] = [:], critical: [String: Queues] = [:], lacking: [String: Queues] = [:],
        onlyOn: [String: Queues] = [:]
    ) {
        self.count = count
        self.troubledCount = troubledCount ?? troubled.count
        self.troubled = troubled
        self.leaders = leaders
        self.uptimes = uptimes
        self.critical = critical
        self.lacking = lacking
        self.onlyOn = onlyOn
    }

    /// The queues of which this member holds a replica that is behind.
    public func behind(on node: String) -> Queues { .these(troubled.filter { $0.behind.contains(node) }.map(\.queue)) }

    /// The same, and those of which it is to get a replica.
    public func incomplete(on node: String) -> Queues {
        let (behind, lacking) = (behind(on: node), lacking[node] ?? Queues())
        return Queues(count: behind.count + lacking.count, named: Array((behind.named + lacking.named).prefix(20)))
    }

    /// The queues of which this member's replica has no process, although the member runs.
    public func silent(on node: String) -> Queues {
        .these(troubled.filter { $0.silent.contains(node) }.map(\.queue))
    }

    /// The queues that no running member leads.
    public var leaderless: Queues { .these(troubled.filter { $0.leader == nil }.map(\.queue)) }
}
