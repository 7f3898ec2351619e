import GRDB

extension Schema {
    /// Until when the last report told that was written as a file.
    static func addReports(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("written reports") { db in
            try db.execute(
                sql: """
                    CREATE TABLE writtenReport (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        until INTEGER NOT NULL
                    ) STRICT;
                    """)
        }
    }
}
