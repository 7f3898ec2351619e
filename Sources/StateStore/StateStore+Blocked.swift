import ClusterModel
import GRDB

extension StateStore {
    /// Replaces what is blocked: a standing list, in the order of the plan. It is rewritten only where it differs.
    public func recordBlocked(_ blocked: [BlockedAction]) throws(StateStoreError) {
        try write { db in
            guard try Self.blocked(db) != blocked else { return }
            try db.execute(sql: "DELETE FROM blockedAction")
            let insert = try db.cachedStatement(
                sql: "INSERT INTO blockedAction (kind, vhost, name, verb, guard, reason) VALUES (?, ?, ?, ?, ?, ?)")
            for action in blocked {
                let details: StatementArguments = [action.verb.rawValue, action.guard.name, action.reason.storedHead]
                try insert.execute(arguments: action.resource.columns + details)
            }
        }
    }

    /// What was blocked when the world was last looked at.
    public func blocked() throws(StateStoreError) -> [BlockedAction] { try read(Self.blocked) }

    private static func blocked(_ db: Database) throws -> [BlockedAction] {
        try Row.fetchAll(db, sql: "SELECT * FROM blockedAction ORDER BY id").map { row in
            try BlockedAction(
                Action.Verb(stored: row["verb"]), ResourceID(row: row), guard: Guard(named: row["guard"]),
                reason: row["reason"])
        }
    }
}
