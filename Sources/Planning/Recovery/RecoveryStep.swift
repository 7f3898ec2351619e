import ClusterModel

/// One step of a recovery.
public enum RecoveryStep: Hashable, Sendable {
    /// Keeps the agent from starting the broker meanwhile.
    case suspend
    case resume
    case stopBroker
    case startBroker
    /// Without waiting until the node serves, as it waits for others.
    case beginStart
    /// On a running node.
    case forget(String)
    /// On a stopped node, which becomes the one that stopped last.
    case forgetOffline(String)
    case forceBoot
    case standalone
    /// On the only node that is left: its quorum queues go on without the replicas that are gone.
    case shrinkQueues
    /// Moves a node's data directory aside.
    case quarantine(String)
    /// Puts away what Warren remembers of the cluster, so that a new one may be founded.
    case forgetCluster

    /// What of it is dangerous; nil for a step that is no danger in itself.
    public var verb: String? {
        switch self {
        case .forget, .forgetOffline: "forget_cluster_node"
        case .forceBoot: "force_boot"
        case .standalone: "force_standalone_khepri_boot"
        case .shrinkQueues: "force_shrink"
        case .quarantine: "quarantine"
        case .forgetCluster: "new_cluster"
        case .suspend, .resume, .stopBroker, .startBroker, .beginStart: nil
        }
    }

    /// The same as a person types it.
    public var command: String {
        switch self {
        case .suspend: "warren suspend --for 1h --reason recover"
        case .resume: "warren resume"
        case .stopBroker: "systemctl stop rabbitmq-server"
        case .startBroker: "systemctl start rabbitmq-server"
        case .beginStart: "systemctl start --no-block rabbitmq-server && sleep 10"
        case .forget(let node): "rabbitmqctl forget_cluster_node \(node)"
        case .forgetOffline(let node): "rabbitmqctl forget_cluster_node --offline \(node)"
        case .forceBoot: "rabbitmqctl force_boot"
        case .standalone: "rabbitmqctl force_standalone_khepri_boot"
        case .shrinkQueues:
            "rabbitmqctl eval 'rabbit_quorum_queue:force_all_queues_shrink_member_to_current_member().'  "
                + "# from 3.13 on; before that, the queues wait for the next member"
        case .quarantine(let node):
            "mv --no-clobber /var/lib/rabbitmq/mnesia/\(node) /var/lib/rabbitmq/quarantine-\(node)"
        case .forgetCluster:
            "systemctl stop warren && mv --no-clobber /var/lib/warren/state.sqlite /var/lib/warren/state.sqlite.before "
                + "&& systemctl start warren"
        }
    }

    /// What it does, for people who watch it.
    public var words: String {
        switch self {
        case .suspend: "keep the agent from acting"
        case .resume: "let the agent act again"
        case .stopBroker: "stop the broker"
        case .startBroker: "start the broker"
        case .beginStart: "begin to start the broker"
        case .forget(let node), .forgetOffline(let node): "forget \(node)"
        case .forceBoot: "let the next start wait for nobody"
        case .standalone: "make this node the only member"
        case .shrinkQueues: "let quorum queues go on without the replicas that are gone"
        case .quarantine(let node): "move the data of \(node) aside"
        case .forgetCluster: "forget that there was a cluster"
        }
    }
}

extension RecoveryStep {
    /// A word, and the node where it is about one.
    public var stored: String {
        switch self {
        case .suspend: "suspend"
        case .resume: "resume"
        case .stopBroker: "stopBroker"
        case .startBroker: "startBroker"
        case .beginStart: "beginStart"
        case .forget(let node): "forget \(node)"
        case .forgetOffline(let node): "forgetOffline \(node)"
        case .forceBoot: "forceBoot"
        case .standalone: "standalone"
        case .shrinkQueues: "shrinkQueues"
        case .quarantine(let node): "quarantine \(node)"
        case .forgetCluster: "forgetCluster"
        }
    }

    /// Nil for a text that `stored` never gives.
    public init?(stored: String) {
        let words = stored.split(separator: " ", maxSplits: 1).map(String.init)
        let plain: [RecoveryStep] = [
            .suspend, .resume, .stopBroker, .startBroker, .beginStart, .forceBoot, .standalone, .shrinkQueues,
            .forgetCluster,
        ]
        let ofNode: [(String) -> RecoveryStep] = [Self.forget, Self.forgetOffline, Self.quarantine]
        let all = plain + (words.count == 2 ? ofNode.map { $0(words[1]) } : [])
        guard let step = all.first(where: { $0.stored == stored }) else { return nil }
        self = step
    }
}
