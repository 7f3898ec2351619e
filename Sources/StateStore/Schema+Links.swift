import GRDB

extension Schema {
    /// Since when each federation link and shovel that does not run was not seen running.
    static func addLinks(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("links that are down") { db in
            try db.execute(
                sql: """
                    CREATE TABLE linkDown (
                        kind TEXT NOT NULL,
                        vhost TEXT NOT NULL,
                        name TEXT NOT NULL,
                        since INTEGER NOT NULL,
                        PRIMARY KEY (kind, vhost, name)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }
}
