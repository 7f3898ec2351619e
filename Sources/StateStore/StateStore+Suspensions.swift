import ClusterModel
import GRDB

extension Schema {
    static let suspensions = """
        CREATE TABLE suspension (
            scope TEXT PRIMARY KEY NOT NULL CHECK (scope IN ('host', 'cluster')),
            author TEXT NOT NULL,
            reason TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

extension StateStore {
    /// Remembers a suspension in place of the one before of the same scope.
    public func suspend(_ suspension: Suspension) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO suspension (scope, author, reason, since, until) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    suspension.scope.rawValue, suspension.author.storedHead, suspension.reason.storedHead,
                    suspension.since.milliseconds, suspension.until.milliseconds,
                ])
        }
    }

    /// Forgets the suspension of a scope; gives the one that there was.
    @discardableResult
    public func resume(_ scope: Suspension.Scope) throws(StateStoreError) -> Suspension? {
        try write { db in
            let before = try Self.suspensions(db).first { $0.scope == scope }
            try db.execute(sql: "DELETE FROM suspension WHERE scope = ?", arguments: [scope.rawValue])
            return before
        }
    }

    /// What was suspended, also what has ended by itself.
    public func suspensions() throws(StateStoreError) -> [Suspension] { try read(Self.suspensions) }

    private static func suspensions(_ db: Database) throws -> [Suspension] {
        try Row.fetchAll(db, sql: "SELECT * FROM suspension ORDER BY scope").map { row in
            Suspension(
                try Suspension.Scope(stored: row["scope"]), author: row["author"], reason: row["reason"],
                since: Timestamp(row["since"] as Int64), until: Timestamp(row["until"] as Int64))
        }
    }
}
