import ClusterModel
import Providers

/// The node as it answers, or why it does not.
enum NodeCheck {
    static let oldest = BrokerVersion(3, 8)
    static let tested = BrokerVersion(3, 10)

    static func look(_ view: ClusterView, nodeName: String) -> [Finding] {
        [answer(view, nodeName), version(view.version), partition(view)].compactMap { $0 }
    }

    private static func answer(_ view: ClusterView, _ nodeName: String) -> Finding {
        guard view.members.contains(nodeName) else {
            return .failure(
                "node", "The node that answers is \(view.members.joined(separator: ", ")), not \(nodeName).",
                "Name this host as its node does with --host NAME.")
        }
        let running = "\(view.runningMembers.count) of \(view.members.count) members run"
        return .pass("node", "\(nodeName) answers; the cluster is \(view.clusterName.printable), \(running).")
    }

    static func version(_ version: BrokerVersion) -> Finding {
        if version < oldest {
            return .failure(
                "version", "RabbitMQ \(version) is older than \(oldest), the first that Warren works with.",
                "Upgrade the broker.")
        }
        if version < tested {
            return .warning(
                "version", "RabbitMQ \(version) should work; Warren is tested from \(tested) on.", "Upgrade the broker."
            )
        }
        return .pass("version", "RabbitMQ \(version) is supported.")
    }

    private static func partition(_ view: ClusterView) -> Finding? {
        guard !view.partitions.isEmpty else { return nil }
        let nodes = view.partitions.keys.sorted().joined(separator: ", ")
        return .failure(
            "partition", "The cluster is partitioned, as seen by \(nodes).", "Nothing is applied until it is mended.")
    }

    static func finding(_ failure: BrokerFailure) -> Finding {
        .failure("node", failure.description.sentence, remedy(failure))
    }

    private static func remedy(_ failure: BrokerFailure) -> String? {
        switch failure {
        case .nodeDown, .noPortMapper, .unreachable:
            "systemctl start rabbitmq-server; then see journalctl -u rabbitmq-server."
        case .booting: "Wait; if it stays so, start the other members, and the one that was stopped last first."
        case .appStopped, .paused:
            "See its log before rabbitmqctl start_app: a node that a partition paused must not be started by hand."
        case .wrongCookie:
            "Compare /var/lib/rabbitmq/.erlang.cookie with that of the other members, and the node's name with "
                + "rabbitmqctl status."
        case .silent: "See with ps whether its process is stopped, and in dmesg whether its disk hangs."
        case .cookieFile:
            "chmod 0400 /var/lib/rabbitmq/.erlang.cookie; chown rabbitmq: /var/lib/rabbitmq/.erlang.cookie"
        case .unresolvableHost: "Write the host into /etc/hosts."
        case .toolUnusable, .deadlineExceeded, .killed, .garbled:
            "Run rabbitmqctl cluster_status by hand and see what it says."
        case .brokerTimeout: "See whether a majority of the members runs."
        case .unknownVhost, .refused: "Run rabbitmq-diagnostics status by hand and see what it says."
        }
    }
}
