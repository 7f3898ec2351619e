import ClusterModel

/// How many starts of a broker count (safety rule 9).
public enum StartBudget {
    /// For how many seconds a node lives that waits in vain for the tables of its peers: ten times thirty, and the boot
    /// before (facts/failure-modes §3.9).
    static let waitForTables = 295...360

    /// A start after which the node waited for its peers in vain is no sign that it can't run: it has to be started until
    /// one of them is there.
    ///
    /// - Parameters:
    ///   - starts: the moments of all, oldest first.
    ///   - now: when it does not run, although the last of them was to make it.
    public static func spent(_ starts: [Timestamp], at now: Timestamp) -> Int {
        zip(starts, starts.dropFirst() + [now]).count { start, end in
            !waitForTables.contains(Int(end.seconds(since: start)))
        }
    }
}
