import ClusterModel
import Reporting

/// `ClusterStatus` as a page of text: what is wrong stands above what is well.
struct ClusterStatusReport: Report {
    let status: ClusterStatus
    /// How long a line may be before a sentence is cut.
    var width = 120

    func text(_ style: Style) -> String {
        header(style) + "\n" + members(style) + proxies(style) + alarms(style) + vip(style) + conditions(style)
            + obstacles(style)
    }

    private func header(_ style: Style) -> String {
        let verdict =
            switch status.verdict {
            case .converged: style.good("converged")
            case .drifted: style.bad("not converged")
            case .unknown: style.warning("can't be told whole")
            }
        var parts = [style.bold(status.cluster.printable), verdict]
        if !status.versions.isEmpty { parts.append("RabbitMQ " + status.versions.joined(separator: " and ")) }
        parts.append(status.leads.isEmpty ? "nobody leads" : "led by " + status.leads.joined(separator: " and "))
        if let revision = status.revisions.first, status.revisions.count == 1 {
            parts.append("revision \(revision.revision.shortRevision)")
        }
        return parts.joined(separator: "  ") + "\n"
    }

    private func members(_ style: Style) -> String {
        let brokers = status.hosts.filter { $0.roles.contains(.broker) }
        guard !brokers.isEmpty else { return "" }
        var table = Table(header: ["MEMBER", "NODE", "VERSION", "HAPROXY IS TOLD", "REVISION", "DRIFT", "LAST RUN"])
        for host in brokers {
            guard let snapshot = status.snapshot(of: host) else {
                table.rows.append([host.name, style.bad("no answer"), "", "", "", "", ""])
                continue
            }
            table.rows.append(
                [host.name] + node(snapshot.node, style)
                    + [revision(snapshot), drift(snapshot, style), lastRun(snapshot)])
        }
        return fitted(table, style)
    }

    private func node(_ node: HostSnapshot.Node?, _ style: Style) -> [String] {
        guard let node else { return [style.warning("not known yet"), "", ""] }
        let state = Self.words[node.state] ?? node.state.rawValue
        let told = node.answer.map { $0.word == .up ? style.good("up") : style.bad($0.word.rawValue) } ?? ""
        let isUp = [.running, .behind].contains(node.state)
        let restart = Self.restartWords[node.configuration].map { isUp ? ", " + style.warning($0) : "" } ?? ""
        return [(isUp ? style.good(state) : style.bad(state)) + restart, node.version ?? "", told]
    }

    private func proxies(_ style: Style) -> String {
        let proxies = status.hosts.filter { $0.roles.contains(.proxy) }
        guard !proxies.isEmpty else { return "" }
        var table = Table(
            header: ["PROXY", "HAPROXY", "KEEPALIVED", "BACKENDS UP", "VIP", "REVISION", "DRIFT", "LAST RUN"])
        for host in proxies {
            guard let snapshot = status.snapshot(of: host) else {
                table.rows.append([host.name, style.bad("no answer"), "", "", "", "", "", ""])
                continue
            }
            table.rows.append(
                [host.name] + proxy(snapshot.proxy, style)
                    + [revision(snapshot), drift(snapshot, style), lastRun(snapshot)])
        }
        return "\n" + fitted(table, style)
    }

    private func proxy(_ proxy: HostSnapshot.Proxy?, _ style: Style) -> [String] {
        guard let proxy else { return [style.warning("not known yet"), "", "", ""] }
        func service(_ state: HostSnapshot.Proxy.ServiceState) -> String {
            state == .running ? style.good(state.rawValue) : style.bad(state.rawValue)
        }
        let backends = proxy.backends.map { all in
            let up = all.count(where: \.isUp)
            return up == all.count ? "\(up)/\(all.count)" : style.bad("\(up)/\(all.count)")
        }
        return [
            service(proxy.haproxy), status.vip == nil ? "" : service(proxy.keepalived), backends ?? "unknown",
            proxy.holdsVIP.map { $0 ? style.bold("holds it") : "" } ?? (status.vip == nil ? "" : "unknown"),
        ]
    }

    private func revision(_ snapshot: HostSnapshot) -> String {
        func short(_ revision: String) -> String { String(revision.replacing("sha256:", with: "").prefix(8)) }
        guard let attempted = snapshot.revision.attempted else { return "none" }
        return short(attempted) + (snapshot.isBehind ? "*" : "")
    }

    private func drift(_ snapshot: HostSnapshot, _ style: Style) -> String {
        guard snapshot.observedAt != nil else { return "" }
        return snapshot.totals.drift == 0 ? "0" : style.warning(grouped(snapshot.totals.drift))
    }

    private func lastRun(_ snapshot: HostSnapshot) -> String {
        guard let run = snapshot.lastRun else { return "none yet" }
        return run.at.age(at: status.now) + ": " + run.sentence.printable
    }

    /// The table, with sentences cut where a line gets longer than a terminal's.
    private func fitted(_ table: Table, _ style: Style) -> String {
        var table = table
        let last = table.header.count - 1
        let room = max(30, width - table.width(before: last))
        for row in table.rows.indices where table.rows[row][last].count > room {
            table.rows[row][last] = table.rows[row][last].prefix(room - 1) + "…"
        }
        return table.text(style)
    }

    static let restartWords: [HostSnapshot.Node.Configuration: String] = [
        .outdated: "restart due", .restarting: "restarting",
    ]

    static let words: [HostSnapshot.Node.State: String] = [
        .noProcess: "no process", .splitOff: "split off", .noPortMapper: "no port mapper",
    ]
}
