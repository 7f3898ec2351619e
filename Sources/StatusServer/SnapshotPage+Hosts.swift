import ClusterModel
import Reporting

extension SnapshotPage {
    /// The members as this host's node sees them.
    var members: HTML {
        guard let cluster = snapshot.node?.cluster else { return .empty }
        let rows = HTML.each(cluster.members) { member in
            let isRunning = cluster.runningMembers.contains(member)
            let lost = cluster.partitions[member] ?? []
            let note: HTML = lost.isEmpty ? .empty : "<p>does not see \(lost.joined(separator: ", "))</p>"
            let mark: HTML =
                isRunning && lost.isEmpty
                ? "<span class=\"mark good\">running</span>"
                : "<span class=\"mark bad\">\(isRunning ? "partitioned" : "not running")</span>"
            return "<li><b>\(member)</b> \(mark)\(note)</li>\n"
        }
        return "<section><h2>Members</h2><ul class=\"items\">\n\(rows)</ul></section>\n"
    }

    /// This host's own node.
    var node: HTML {
        guard let node = snapshot.node else { return .empty }
        let answer = node.answer.map { $0.word.rawValue + ($0.reason.map { ": " + $0 } ?? "") }
        let rows: [(String, String?)] = [
            ("Node", node.name), ("State", Self.words[node.state] ?? node.state.rawValue),
            ("RabbitMQ", node.version), ("Data directory", node.data.rawValue),
            ("Takes clients", node.servesClients ? "yes" : "no"), ("HAProxy is told", answer),
            ("Cluster's identity", node.cluster?.id),
        ]
        return "<section><h2>Broker</h2>\(facts(rows))</section>\n"
    }

    /// HAProxy, keepalived and the servers behind them.
    var proxy: HTML {
        guard let proxy = snapshot.proxy else { return .empty }
        let rows: [(String, String?)] = [
            ("HAProxy", proxy.haproxy.rawValue), ("keepalived", proxy.keepalived.rawValue),
            ("Virtual address", proxy.holdsVIP.map { $0 ? "held here" : "not here" } ?? "unknown"),
        ]
        let backends = HTML.each(proxy.backends ?? []) { backend in
            let tone = backend.isUp ? "good" : backend.status.hasPrefix("DOWN") ? "bad" : "warn"
            return """
                <li><b>\(backend.listener)/\(backend.server)</b> <span class="mark \(tone)">\(backend.status)</span></li>

                """
        }
        let list: HTML = backends.text.isEmpty ? .empty : "<ul class=\"items\">\n\(backends)</ul>"
        return "<section><h2>Proxy</h2>\(facts(rows))\(list)</section>\n"
    }

    private static let words: [HostSnapshot.Node.State: String] = [
        .noProcess: "no process", .splitOff: "split off from the majority", .paused: "paused, as it is in a minority",
        .noPortMapper: "unknown to the Erlang port mapper",
    ]
}
