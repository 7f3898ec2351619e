import ClusterModel

/// Whether the leaders of quorum queues have gathered on some members, as they do while the others restart.
///
/// Moving a leader interrupts its queue for a moment, so that little is done: not before every member has been up for a
/// while, nor while any replica is behind, nor soon again (facts/failure-modes §3.16).
public enum LeaderBalance {
    /// Seconds between two of our attempts.
    public static let pause = 3600

    /// - Parameters:
    ///   - settings: after how long leaders may be moved.
    ///   - attempts: how often it was tried within `pause`.
    public static func isDue(
        _ view: ClusterView, members: [String], settings: MembershipSettings, attempts: Int
    ) -> Bool {
        guard attempts == 0, let replicas = view.replicas, isSkewed(replicas.leaders) else { return false }
        let isQuiet = replicas.troubledCount == 0 && view.alarms.isEmpty && view.partitions.isEmpty
        let running = Set(view.runningMembers)
        // While a member is to go or to come is no time for it either.
        let isWhole = running == Set(view.members) && running.isSuperset(of: members)
        return isQuiet && isWhole
            && members.allSatisfy { .seconds(replicas.uptimes[$0] ?? 0) >= settings.rebalanceAfter }
    }

    /// One member leads at least twice its share, and some member fewer than half of it; a few queues are not worth it.
    static func isSkewed(_ leaders: [String: Int]) -> Bool {
        guard leaders.count > 1, let most = leaders.values.max(), let least = leaders.values.min() else { return false }
        let total = leaders.values.reduce(0, +)
        return most * leaders.count >= 2 * total && 2 * least * leaders.count <= total && most - least >= 3
    }
}
