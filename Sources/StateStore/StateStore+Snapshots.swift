import ClusterModel
import GRDB

extension StateStore {
    /// How many exports are kept.
    public static let retainedSnapshots = 20

    /// Keeps an export of the broker's definitions, unless its text is that of the newest one.
    ///
    /// - Parameter definitions: redacted.
    /// - Returns: whether it was kept.
    @discardableResult
    public func saveSnapshot(definitions: String, at now: Timestamp) throws(StateStoreError) -> Bool {
        try write { db in
            let text = definitions.withoutNUL
            let newest = "SELECT definitions = ? FROM definitionsSnapshot ORDER BY id DESC LIMIT 1"
            guard try Bool.fetchOne(db, sql: newest, arguments: [text]) != true else { return false }
            try db.execute(
                sql: "INSERT INTO definitionsSnapshot (takenAt, definitions) VALUES (?, ?)",
                arguments: [now.milliseconds, text])
            try db.execute(
                sql: """
                    DELETE FROM definitionsSnapshot WHERE id IN (
                        SELECT id FROM definitionsSnapshot ORDER BY id DESC LIMIT -1 OFFSET ?)
                    """,
                arguments: [Self.retainedSnapshots])
            return true
        }
    }

    /// The exports that are kept, newest first.
    public func snapshots() throws(StateStoreError) -> [SnapshotRecord] {
        try read { db in
            let sql = """
                SELECT id, takenAt, length(CAST(definitions AS BLOB)) AS bytes
                FROM definitionsSnapshot ORDER BY id DESC
                """
            return try Row.fetchAll(db, sql: sql).map { row in
                SnapshotRecord(id: row["id"], takenAt: Timestamp(row["takenAt"] as Int64), bytes: row["bytes"])
            }
        }
    }

    /// The text of one export; nil where it is no longer kept.
    public func snapshotDefinitions(_ id: Int64) throws(StateStoreError) -> String? {
        try read { db in
            try String.fetchOne(db, sql: "SELECT definitions FROM definitionsSnapshot WHERE id = ?", arguments: [id])
        }
    }
}
