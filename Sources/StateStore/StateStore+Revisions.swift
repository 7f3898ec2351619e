import ClusterModel
import GRDB

extension StateStore {
    /// Remembers that a revision is the manifest now. Nothing is written while it stays the same.
    public func recordRevision(_ revision: String, path: String, at now: Timestamp) throws(StateStoreError) {
        try write { db in
            let current = try Self.revisions(db, limit: 1).first
            if let current, current.revision.sameBytes(as: revision), current.path.sameBytes(as: path) { return }
            try db.execute(
                sql: """
                    INSERT INTO revision (name, path, firstSeenAt, lastSeenAt) VALUES (:name, :path, :now, :now)
                    ON CONFLICT (name) DO UPDATE SET path = excluded.path, lastSeenAt = excluded.lastSeenAt
                    """,
                arguments: ["name": revision.withoutNUL, "path": path.withoutNUL, "now": now.milliseconds])
        }
    }

    /// Says that a run began to work towards a revision.
    ///
    /// - Throws: `invalid` for one that was never recorded.
    public func setAttempted(_ revision: String, at now: Timestamp) throws(StateStoreError) {
        try set("attemptedAt", of: revision, at: now)
    }

    /// Says that the cluster was seen to be as a revision says.
    ///
    /// - Throws: `invalid` for one that was never recorded.
    public func setApplied(_ revision: String, at now: Timestamp) throws(StateStoreError) {
        try set("appliedAt", of: revision, at: now)
    }

    /// The revisions, the one that became the manifest last first.
    public func revisions(limit: Int) throws(StateStoreError) -> [RevisionRecord] {
        try read { db in try Self.revisions(db, limit: limit) }
    }

    /// The revision that was applied last, also where a later one was only attempted.
    public func lastApplied() throws(StateStoreError) -> RevisionRecord? {
        try read { db in
            let sql = "SELECT * FROM revision WHERE appliedAt IS NOT NULL ORDER BY appliedAt DESC, id DESC LIMIT 1"
            return try Row.fetchOne(db, sql: sql).map { RevisionRecord(row: $0) }
        }
    }

    private static func revisions(_ db: Database, limit: Int) throws -> [RevisionRecord] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM revision ORDER BY lastSeenAt DESC, id DESC LIMIT ?", arguments: [max(0, limit)]
        ).map { RevisionRecord(row: $0) }
    }

    private func set(_ column: String, of revision: String, at now: Timestamp) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: "UPDATE revision SET \(column) = ? WHERE name = ?",
                arguments: [now.milliseconds, revision.withoutNUL])
            guard db.changesCount == 1 else {
                throw InvalidCall("revision \(revision.printable) was never recorded")
            }
        }
    }
}

extension RevisionRecord {
    init(row: Row) {
        revision = row["name"]
        path = row["path"]
        firstSeenAt = Timestamp(row["firstSeenAt"] as Int64)
        lastSeenAt = Timestamp(row["lastSeenAt"] as Int64)
        attemptedAt = Timestamp(row["attemptedAt"] as Int64?)
        appliedAt = Timestamp(row["appliedAt"] as Int64?)
    }
}
