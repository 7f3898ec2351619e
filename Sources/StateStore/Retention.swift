import ClusterModel
import GRDB

/// How much history is kept, so that the file stays bounded. What is open or current is never dropped.
struct Retention: Hashable, Sendable {
    var milliseconds: Int64
    var runs: Int64
    /// Actions of all runs together: a run of thousands must not be kept two thousand times.
    var actions: Int64
    var closedDrift: Int64
    var revisions: Int

    /// 90 days, and at most 2,000 runs, 50,000 actions, 50,000 closed drifts and 500 revisions.
    static let standard = Retention(
        milliseconds: 90 * 86_400_000, runs: 2_000, actions: 50_000, closedDrift: 50_000, revisions: 500)

    func prune(_ db: Database, now: Timestamp) throws {
        try prune(db, before: Timestamp(milliseconds: now.milliseconds - milliseconds))
    }

    /// Ids only grow and only the oldest go, so that the newest id less the limit bounds the number of rows.
    func prune(_ db: Database, before moment: Timestamp) throws {
        try db.execute(
            sql: """
                DELETE FROM run WHERE id < (SELECT MAX(id) FROM run) AND (
                    startedAt < :moment
                    OR id <= (SELECT MAX(id) FROM run) - :runs
                    OR id <= (SELECT run FROM step WHERE id = (
                        SELECT step FROM action WHERE id <= (SELECT MAX(id) FROM action) - :actions
                        ORDER BY id DESC LIMIT 1))
                )
                """,
            arguments: ["moment": moment.milliseconds, "runs": runs, "actions": actions])
        try db.execute(
            sql: """
                DELETE FROM drift WHERE closedAt IS NOT NULL
                AND (closedAt < :moment OR id <= (SELECT MAX(id) FROM drift) - :drifts)
                """,
            arguments: ["moment": moment.milliseconds, "drifts": closedDrift])
        try db.execute(
            sql: """
                DELETE FROM revision WHERE id IN (
                    SELECT id FROM revision ORDER BY lastSeenAt DESC, id DESC LIMIT -1 OFFSET ?)
                AND id IS NOT (SELECT id FROM revision WHERE appliedAt IS NOT NULL ORDER BY appliedAt DESC LIMIT 1)
                """,
            arguments: [revisions])
    }
}

extension StateStore {
    /// Drops runs that began, and drift that was closed, before a moment. The newest run and open drift stay.
    public func prune(olderThan moment: Timestamp) throws(StateStoreError) {
        try write { db in try Retention.standard.prune(db, before: moment) }
    }
}
