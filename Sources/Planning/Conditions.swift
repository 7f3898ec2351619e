import ClusterModel
import ResourceKinds

/// One pure function for each condition. Polarity is positive, Unknown is its own answer.
public enum Conditions {
    ///
    /// - Parameter links: the federation links and shovels of the manifest, with errors that may be shown.
    public static func all(
        members: [String], observation: Observation, plan: Plan, links: [Resource] = []
    ) -> [Condition] {
        // A host without a broker knows nothing of the cluster.
        let isWithoutBroker = observation.host.map { $0.node == nil } ?? false
        let ofCluster =
            isWithoutBroker
            ? []
            : [
                quorumSafe(members: members, cluster: observation.cluster),
                unpartitioned(
                    observation.cluster, otherCluster: observation.host?.otherCluster,
                    nodeState: observation.host?.nodeState ?? .unknown),
                linksRunning(links, in: observation),
            ]
        let ofHost = observation.host.map { [configurationInForce($0), startsSafely($0)].compactMap(\.self) } ?? []
        return [manifestValid(), converged(plan, waiting: links.filter { $0.linkState != .running })] + ofCluster
            + ofHost
    }

    /// Nil on a host without a broker.
    public static func startsSafely(_ host: HostView) -> Condition? {
        guard host.node != nil else { return nil }
        guard let mark = host.forceLoad else {
            return Condition(.startsSafely, .true, reason: "NoMark", "the broker's next start waits for its peers")
        }
        return Condition(.startsSafely, .false, reason: "ForceLoad", ForceLoad.alarm(mark))
    }

    /// - Parameter holders: by proxy host, whether it has the address; nil where it did not tell.
    public static func vipHeld(_ holders: [String: Bool?]) -> Condition {
        let having = holders.filter { $0.value == true }.keys.sorted()
        let silent = holders.filter { $0.value == nil }.keys.sorted()
        switch having.count {
        case 1:
            return Condition(.vipHeld, .true, reason: "OneHolder", "\(having[0]) holds the virtual address")
        case 0 where silent.isEmpty:
            return Condition(.vipHeld, .false, reason: "NoHolder", "no proxy host holds the virtual address")
        case 0:
            return Condition(
                .vipHeld, .unknown, reason: "Unheard", "\(silent.joined(separator: ", ")) did not tell")
        default:
            return Condition(
                .vipHeld, .false, reason: "SeveralHolders",
                "\(having.joined(separator: " and ")) hold the virtual address at the same time")
        }
    }

    /// - Parameter backends: what HAProxy says of its servers; nil where it does not answer.
    public static func backendsUp(_ backends: [HostSnapshot.Backend]?) -> Condition {
        guard let backends else {
            return Condition(.backendsUp, .unknown, reason: "Unread", "HAProxy does not answer")
        }
        let down = backends.filter { !$0.isUp }.map { "\($0.listener)/\($0.server) is \($0.status)" }
        guard let first = down.first else {
            return Condition(.backendsUp, .true, reason: "AllUp", "HAProxy sends clients to every broker")
        }
        let rest = down.count == 1 ? "" : " and \(down.count - 1) more"
        return Condition(.backendsUp, .false, reason: "SomeDown", first + rest)
    }

    /// A plan exists only for a manifest that validated.
    public static func manifestValid(_ problem: String? = nil) -> Condition {
        if let problem { return Condition(.manifestValid, .false, reason: "Invalid", problem) }
        return Condition(.manifestValid, .true, reason: "Valid", "the manifest is valid")
    }

    /// Of a host that the manifest names no more.
    public static func removed(_ sentence: String) -> Condition {
        Condition(.converged, .false, reason: "Removed", sentence)
    }

    /// - Parameter waiting: the links and shovels that do not run, also those that still have time to come up.
    public static func converged(_ plan: Plan, waiting: [Resource] = []) -> Condition {
        if let (kind, reason) = plan.unknown.min(by: { $0.key < $1.key }) {
            return Condition(.converged, .unknown, reason: "Unread", "\(kind) could not be read: \(reason)")
        }
        let open = plan.openDrift.count
        if open == 0, let first = waiting.first {
            let rest = waiting.count == 1 ? "" : " and \(waiting.count - 1) more"
            return Condition(.converged, .false, reason: "LinksDown", "\(first.id)\(rest) does not run yet")
        }
        guard open > 0 else {
            return Condition(.converged, .true, reason: "NoDrift", "everything is as the manifest says")
        }
        let difference = open == 1 ? "1 difference" : "\(open) differences"
        if !plan.stalled.isEmpty, plan.steps.isEmpty {
            return Condition(
                .converged, .false, reason: "Stalled", "\(difference); the broker refused \(plan.stalled.count)")
        }
        if !plan.blocked.isEmpty, plan.steps.isEmpty {
            return Condition(
                .converged, .false, reason: "Blocked", "\(difference); \(plan.blocked.count) blocked by guards")
        }
        return Condition(.converged, .false, reason: "Drift", difference)
    }

    public static func quorumSafe(members: [String], cluster: Observation.ClusterReading) -> Condition {
        guard case .known = cluster else {
            return Condition(.quorumSafe, .unknown, reason: "Unread", "the cluster's state could not be read")
        }
        if let refusal = Guards.majorityRefusal(members: members, cluster: cluster) {
            return Condition(.quorumSafe, .false, reason: "NoMajority", refusal.reason)
        }
        if let leaderless = cluster.view?.replicas?.leaderless, leaderless.count > 0 {
            return Condition(
                .quorumSafe, .false, reason: "NoLeader",
                "no running member leads \(leaderless.words): start the members that hold the replicas")
        }
        return Condition(.quorumSafe, .true, reason: "Majority", "a majority of the members runs")
    }

    /// - Parameter otherCluster: why the cluster that was read is not the manifest's.
    public static func unpartitioned(
        _ cluster: Observation.ClusterReading, otherCluster: String? = nil, nodeState: NodeState = .unknown
    ) -> Condition {
        if let otherCluster { return Condition(.unpartitioned, .false, reason: "OtherCluster", otherCluster) }
        switch nodeState {
        case .splitOff:
            return Condition(
                .unpartitioned, .false, reason: "SplitOff",
                "this host's node runs, and a majority of the members goes on without it")
        case .paused:
            return Condition(
                .unpartitioned, .false, reason: "Paused", "a partition paused this host's node; it sees no majority")
        default: break
        }
        return switch cluster {
        case .unknown(let reason):
            Condition(.unpartitioned, .unknown, reason: "Unread", "the cluster's state could not be read: \(reason)")
        case .known(let view) where view.partitions.isEmpty:
            Condition(.unpartitioned, .true, reason: "OneView", "no member reports a partition")
        case .known(let view):
            Condition(
                .unpartitioned, .false, reason: "Partitioned",
                "members report a partition: \(view.partitions.keys.sorted().joined(separator: ", "))")
        }
    }
}
