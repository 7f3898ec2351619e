import GRDB

extension Schema {
    /// Which cluster each manifest's name stands for.
    static func addPins(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("cluster identities") { db in
            try db.execute(
                sql: """
                    CREATE TABLE clusterPin (
                        cluster TEXT PRIMARY KEY NOT NULL,
                        identity TEXT NOT NULL,
                        since INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }
}
