import ClusterModel
import StatusServer

/// A cluster as the agents of its hosts tell of it at one moment.
struct ClusterStatus {
    /// The cluster's name in the manifest.
    let cluster: String
    /// In manifest order.
    let hosts: [Host]
    /// The virtual address; nil where the manifest has none.
    let vip: String?
    /// What each host said, or why that is not known, by the host's name.
    let answers: [String: Result<HostSnapshot, PeerFailure>]
    let now: Timestamp

    /// Those that answered, in manifest order.
    var snapshots: [HostSnapshot] { hosts.compactMap { snapshot(of: $0) } }

    func snapshot(of host: Host) -> HostSnapshot? { try? answers[host.name]?.get() }

    /// The hosts that did not answer, each with the reason.
    var silent: [(host: Host, reason: String)] {
        hosts.compactMap { host in
            switch answers[host.name] {
            case .success: nil
            case .failure(let failure): (host, failure.description)
            case nil: (host, "it was not asked")
            }
        }
    }

    /// The hosts whose agents lead, as members say that see a majority; more than one where they don't agree.
    var leads: [String] {
        distinct(snapshots.filter { $0.status(.quorumSafe) == .true }.compactMap { $0.lead?.host })
    }
    var versions: [String] { distinct(snapshots.compactMap { $0.node?.version }) }

    /// The revisions that are in force, each with the hosts that work towards it.
    var revisions: [(revision: String, hosts: [String])] {
        groupedByReason(snapshots) { $0.revision.attempted ?? "none" }.map { ($0.reason, $0.items.map(\.host)) }
    }

    /// Conditions that are not True; what several hosts say in the same words is there once. Who holds the virtual
    /// address is told by `holding`, from what all hosts say at this moment.
    var conditions: [(condition: HostSnapshot.ConditionState, hosts: [String])] {
        let told = snapshots.flatMap { snapshot in
            snapshot.conditions.filter { $0.status != .true && $0.name != Condition.Name.vipHeld.rawValue }
                .map { (condition: $0, host: snapshot.host) }
        }
        return groupedByReason(told) { "\($0.condition.name) \($0.condition.status) \($0.condition.message ?? "")" }
            .compactMap { group in group.items.first.map { ($0.condition, group.items.map(\.host)) } }
    }

    /// What is not done and why, in the same manner.
    var blocked: [Obstacle] {
        obstacles { snapshot in
            snapshot.blocked.filter { !Self.everydayGuards.contains($0.guard) }
                .map { ($0.guard, $0.reason, $0.resource) }
        }
    }

    /// What a broker refused, in the same manner.
    var stalled: [Obstacle] {
        obstacles { snapshot in snapshot.stalled.map { (nil, $0.message, $0.resource) } }
    }

    /// Suspensions that hold, each with the hosts that told of it.
    var suspensions: [(suspension: Suspension, hosts: String)] {
        let all = snapshots.flatMap { snapshot in
            snapshot.suspensions.active(at: now).map { (suspension: $0, host: snapshot.host) }
        }
        // Hosts round its beginning in their own ways.
        return groupedByReason(all) { "\($0.suspension.sentence)" }.map { group in
            (group.items[0].suspension, distinct(group.items.map(\.host)).joined(separator: ", "))
        }
    }

    /// What is only reported although the manifest is enforced, with the hosts that say so.
    var observedKinds: [(keys: [String], hosts: String)] {
        let all = snapshots.filter { !$0.observedKinds.isEmpty }
        return groupedByReason(all) { $0.observedKinds.joined(separator: " ") }.map { group in
            (group.items[0].observedKinds, distinct(group.items.map(\.host)).joined(separator: ", "))
        }
    }

    /// Guards that say that another host does it: nothing that somebody has to look at.
    static let everydayGuards: Set = ["lead", "other-host", "suspended"]

    struct Obstacle {
        let `guard`: String?
        let reason: String
        let resources: [String]
        let hosts: [String]
    }

    private func obstacles(_ told: (HostSnapshot) -> [(guard: String?, reason: String, resource: String)]) -> [Obstacle]
    {
        let all = snapshots.flatMap { snapshot in told(snapshot).map { (what: $0, host: snapshot.host) } }
        return groupedByReason(all) { "\($0.what.guard ?? ""): \($0.what.reason)" }.map { group in
            Obstacle(
                guard: group.items[0].what.guard, reason: group.items[0].what.reason,
                resources: distinct(group.items.map(\.what.resource)), hosts: distinct(group.items.map(\.host)))
        }
    }
}

extension ClusterStatus {
    /// Who has the virtual address.
    enum Holding: Hashable {
        case one(String)
        /// More than one host: clients reach now this one, now that one.
        case several([String])
        /// Every proxy host answered, and it is on none of them.
        case nobody
        /// None that answered has it, and these did not say.
        case untold([String])
    }

    /// Nil where the manifest has no virtual address.
    var holding: Holding? {
        guard vip != nil else { return nil }
        let proxies = hosts.filter { $0.roles.contains(.proxy) }
        let holders = proxies.filter { snapshot(of: $0)?.proxy?.holdsVIP == true }.map(\.name)
        if holders.count > 1 { return .several(holders) }
        if let holder = holders.first { return .one(holder) }
        let unknown = proxies.filter { snapshot(of: $0)?.proxy?.holdsVIP == nil }.map(\.name)
        return unknown.isEmpty ? .nobody : .untold(unknown)
    }

    /// Whether all is as the manifest says, and well.
    enum Verdict: String { case converged, drifted, unknown }

    /// What is known to be wrong outweighs what is not known.
    var verdict: Verdict {
        let holdsOnce = if case .one = holding ?? .one("") { true } else { false }
        let isUntold = if case .untold = holding { true } else { false }
        if snapshots.contains(where: { $0.totals.drift > 0 }) || revisions.count > 1 || leads.count > 1
            || conditions.contains(where: { $0.condition.status == .false })
            || !holdsOnce && !isUntold
        {
            return .drifted
        }
        let isKnown = snapshots.allSatisfy { $0.status(.converged) == .true }
        return silent.isEmpty && isKnown && !isUntold ? .converged : .unknown
    }
}

/// Each of them once, in the order of their first.
private func distinct(_ values: [String]) -> [String] {
    var seen: Set<String> = []
    return values.filter { seen.insert($0).inserted }
}
