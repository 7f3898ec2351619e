import GRDB

/// The commits that were seen, what became of them, and which ones a person accepted.
enum CommitTables {
    static let migration = "git: commits and acceptances"

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE manifestCommit (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,
                    source TEXT NOT NULL,
                    author TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    firstSeenAt INTEGER NOT NULL,
                    refusal TEXT,
                    message TEXT,
                    refusedAt INTEGER,
                    inForceAt INTEGER,
                    CHECK ((refusal IS NULL) = (message IS NULL)),
                    CHECK ((refusal IS NULL) = (refusedAt IS NULL))
                ) STRICT;
                CREATE TABLE acceptance (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL,
                    author TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    acceptedAt INTEGER NOT NULL,
                    expiresAt INTEGER NOT NULL,
                    CHECK (expiresAt > acceptedAt)
                ) STRICT;
                CREATE INDEX acceptanceByName ON acceptance (name);
                """)
    }
}
