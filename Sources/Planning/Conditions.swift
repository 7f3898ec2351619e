import ClusterModel

/// One pure function for each condition. Polarity is positive, Unknown is its own answer.
public enum Conditions {
    public static func all(members: [String], observation: Observation, plan: Plan) -> [Condition] {
        [
            manifestValid(), converged(plan), quorumSafe(members: members, cluster: observation.cluster),
            unpartitioned(observation.cluster),
        ]
    }

    /// A plan exists only for a manifest that validated.
    public static func manifestValid(_ problem: String? = nil) -> Condition {
        if let problem { return Condition(.manifestValid, .false, reason: "Invalid", problem) }
        return Condition(.manifestValid, .true, reason: "Valid", "the manifest is valid")
    }

    public static func converged(_ plan: Plan) -> Condition {
        if let (kind, reason) = plan.unknown.min(by: { $0.key < $1.key }) {
            return Condition(.converged, .unknown, reason: "Unread", "\(kind) could not be read: \(reason)")
        }
        let open = plan.openDrift.count
        guard open > 0 else {
            return Condition(.converged, .true, reason: "NoDrift", "the broker is as the manifest says")
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
        return Condition(.quorumSafe, .true, reason: "Majority", "a majority of the members runs")
    }

    public static func unpartitioned(_ cluster: Observation.ClusterReading) -> Condition {
        switch cluster {
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
