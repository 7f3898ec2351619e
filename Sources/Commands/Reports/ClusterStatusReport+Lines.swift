import ClusterModel
import Reporting

extension ClusterStatusReport {
    /// Hosts that did not answer, and manifests that differ.
    func alarms(_ style: Style) -> String {
        var lines = status.silent.map { host, reason in
            "\(style.bad("no answer")) from \(host.name): \(reason.printable)"
        }
        if status.leads.count > 1 {
            lines.append("\(style.bad("two leads")): the hosts don't agree who leads")
        }
        if status.revisions.count > 1 {
            let groups = status.revisions.map { "\($0.revision.shortRevision) on \($0.hosts.joined(separator: ", "))" }
            lines.append("\(style.bad("revisions differ")): \(groups.joined(separator: "; "))")
        }
        let behind = status.snapshots.filter(\.isBehind)
        if !behind.isEmpty {
            let names = behind.map(\.host).joined(separator: ", ")
            lines.append(style.faint("* not applied whole yet: \(names)"))
        }
        for (suspension, hosts) in status.suspensions {
            let left = status.now.duration(until: suspension.until)
            lines.append("\(style.bad("SUSPENDED")) \(hosts): \(suspension.sentence); \(left) left")
        }
        for (keys, hosts) in status.observedKinds {
            lines.append("\(style.warning("only observing")) \(keys.joined(separator: ", ").printable): \(hosts)")
        }
        let watching = status.snapshots.filter { $0.mode == .observe }.map(\.host)
        if !watching.isEmpty {
            lines.append("\(style.warning("only observing")): \(watching.joined(separator: ", ")); nothing is changed")
        }
        return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
    }

    func vip(_ style: Style) -> String {
        guard let vip = status.vip, let holding = status.holding else { return "" }
        let line =
            switch holding {
            case .one(let host): "VIP \(vip) is held by \(style.bold(host))"
            case .several(let hosts):
                style.bad("VIP \(vip) IS HELD BY \(hosts.count) HOSTS")
                    + ": \(hosts.joined(separator: ", ")); clients reach now one, now another"
            case .nobody: style.bad("VIP \(vip) IS HELD BY NO HOST") + ": no client reaches it"
            case .untold(let hosts):
                style.warning("VIP \(vip) is held by no host that answered")
                    + "; not known of \(hosts.joined(separator: ", "))"
            }
        return "\n" + line + "\n"
    }

    func conditions(_ style: Style) -> String {
        let shown = status.conditions
        guard !shown.isEmpty else { return "" }
        return "\n"
            + shown.map { condition, hosts in
                let word = condition.status == .false ? style.bad("False") : style.warning("Unknown")
                let message = (condition.message ?? condition.reason).printable
                return "\(condition.name.printable) \(word)\(on(hosts)): \(message)\n"
            }.joined()
    }

    func obstacles(_ style: Style) -> String {
        let blocked = status.blocked.map { obstacle in
            let name = (obstacle.guard ?? "").printable
            return "\(style.warning("blocked by \(name)"))\(on(obstacle.hosts)): \(line(obstacle))\n"
        }
        let stalled = status.stalled.map { "\(style.warning("stalled"))\(on($0.hosts)): \(line($0))\n" }
        let all = blocked + stalled
        return all.isEmpty ? "" : "\n" + all.joined()
    }

    private func line(_ obstacle: ClusterStatus.Obstacle) -> String {
        let shown = obstacle.resources.prefix(3).joined(separator: ", ").printable
        let count = obstacle.resources.count
        return "\(obstacle.reason.printable) (\(shown)" + (count > 3 ? " and \(grouped(count - 3)) more)" : ")")
    }

    /// Not said where it concerns every host that answered.
    private func on(_ hosts: [String]) -> String {
        hosts.count == status.snapshots.count && hosts.count > 1 ? "" : " on " + hosts.joined(separator: ", ")
    }
}

extension HostSnapshot {
    /// Whether the manifest that is in force was not applied whole yet.
    var isBehind: Bool { revision.attempted != nil && revision.applied != revision.attempted }
}
