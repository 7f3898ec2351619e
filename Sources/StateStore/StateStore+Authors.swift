import ClusterModel
import GRDB

extension Schema {
    /// When somebody caused a drift; who did is in the column `author` from the beginning.
    static func registerDriftAuthors(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("drift: when its author acted") { db in
            try db.execute(sql: "ALTER TABLE drift ADD COLUMN authorAt INTEGER")
        }
    }
}

extension Author {
    init?(row: Row) {
        guard let name = row["author"] as String? else { return nil }
        self.init(name, at: Timestamp(row["authorAt"] as Int64?))
    }

    var stored: Author { Author(name.storedHead, at: at) }
}

extension StateStore {
    /// Gives an author to drift that closed at or after a moment without one: a run may put back what was changed before
    /// the line that names who changed it is heard.
    ///
    /// - Parameter authors: who caused each, as far as that is known, given when it was opened.
    public func nameAuthors(
        ofDriftClosedSince moment: Timestamp, _ authors: ([ResourceID: Timestamp]) -> [ResourceID: Author]
    ) throws(StateStoreError) {
        let nameless: [ResourceID: (id: Int64, openedAt: Timestamp)] = try read { db in
            let sql = "SELECT * FROM drift WHERE closedAt >= ? AND author IS NULL ORDER BY openedAt, id"
            let rows = try Row.fetchAll(db, sql: sql, arguments: [moment.milliseconds])
            let found = rows.map { (ResourceID(row: $0), ($0["id"] as Int64, Timestamp($0["openedAt"] as Int64))) }
            return Dictionary(found) { _, last in last }
        }
        guard !nameless.isEmpty else { return }
        let named = authors(nameless.mapValues(\.openedAt))
        guard !named.isEmpty else { return }
        try write { db in
            for (resource, author) in named.mapValues(\.stored) {
                try db.cachedStatement(sql: "UPDATE drift SET author = ?, authorAt = ? WHERE id = ? AND author IS NULL")
                    .execute(arguments: [author.name, author.at?.milliseconds, nameless[resource]?.id])
            }
        }
    }

    /// The repairs since a moment of what was repaired at least `times` times since then, but for services and
    /// members, which have budgets of their own.
    public func repairs(since moment: Timestamp, times: Int) throws(StateStoreError) -> [Repair] {
        try read { db in
            let repaired = "closedAt >= ? AND resolution = 'repaired' AND kind NOT IN ('service', 'member')"
            let sql = """
                SELECT d.kind, d.vhost, d.name, d.author, d.closedAt, r.revision
                FROM drift d LEFT JOIN run r ON r.id = d.closedBy
                WHERE \(repaired) AND (d.kind, d.vhost, d.name) IN (
                    SELECT kind, vhost, name FROM drift WHERE \(repaired)
                    GROUP BY kind, vhost, name HAVING COUNT(*) >= ?)
                ORDER BY d.closedAt, d.id
                """
            let begin = moment.milliseconds
            return try Row.fetchAll(db, sql: sql, arguments: [begin, begin, times]).map { row in
                Repair(
                    ResourceID(row: row), at: Timestamp(row["closedAt"] as Int64), author: row["author"],
                    revision: row["revision"])
            }
        }
    }
}
