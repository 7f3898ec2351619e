import GRDB

extension Schema {
    /// What persons let `warren recover` do, and how far it came. Each step is written down before it is done.
    static func addRecoveries(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("recoveries") { db in
            try db.execute(
                sql: """
                    CREATE TABLE recovery (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        scenario INTEGER,
                        happened TEXT NOT NULL,
                        host TEXT NOT NULL,
                        verbs TEXT NOT NULL,
                        reason TEXT NOT NULL,
                        author TEXT NOT NULL,
                        acknowledgedAt INTEGER NOT NULL,
                        expiresAt INTEGER NOT NULL,
                        finishedAt INTEGER
                    ) STRICT;
                    CREATE TABLE recoveryStep (
                        recovery INTEGER NOT NULL REFERENCES recovery ON DELETE CASCADE,
                        position INTEGER NOT NULL,
                        step TEXT NOT NULL,
                        beganAt INTEGER,
                        endedAt INTEGER,
                        failure TEXT,
                        PRIMARY KEY (recovery, position)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }
}
