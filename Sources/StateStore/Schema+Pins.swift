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

    /// Of which manifests' clusters other hosts told, since when.
    static func addHeardClusters(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("clusters heard of") { db in
            try db.execute(
                sql: """
                    CREATE TABLE heardCluster (
                        cluster TEXT PRIMARY KEY NOT NULL,
                        since INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    }
}
