import GRDB

/// The tables. A migration that was released is never edited: a change is a new one.
///
/// Columns `vhost` and `name` hold names as `ResourceID.columns` encodes them and are compared as bytes. Moments
/// are milliseconds since 1970.
enum Schema {
    /// `WRRN`, in the file's header: tells a state file from any other database.
    static let applicationID = 0x5752_524E

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 history, observation, ledger") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            for tables in [runs, observations, ledger, intentions] { try db.execute(sql: tables) }
        }
        migrator.registerMigration("suspensions") { db in try db.execute(sql: suspensions) }
        addPins(&migrator)
        registerDriftAuthors(in: &migrator)
        migrator.registerMigration(CommitTables.migration, migrate: CommitTables.create)
        addLinks(&migrator)
        addReports(&migrator)
        addRecoveries(&migrator)
        addHeardClusters(&migrator)
        return migrator
    }

    /// Throws `foreign` for another program's database and `newer` for a later Warren's, without writing.
    static func refuseForeign(_ db: Database, path: String) throws {
        let isEmpty = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master") == 0
        let mark = try Int.fetchOne(db, sql: "PRAGMA application_id")
        guard isEmpty || mark == applicationID else {
            throw StateStoreError(
                .foreign, path: path, "is a database of another program; name another path for the state")
        }
        guard try !migrator.hasBeenSuperseded(db) else {
            throw StateStoreError(
                .newer, path: path,
                "was written by a later version of Warren; install that version or move the file away")
        }
    }

    private static let runs = """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            cause TEXT NOT NULL CHECK (cause IN ('event', 'commit', 'resync', 'request', 'boot')),
            host TEXT NOT NULL,
            revision TEXT,
            startedAt INTEGER NOT NULL,
            finishedAt INTEGER,
            result TEXT CHECK (result IN ('converged', 'drifted', 'stalled', 'failed', 'unknown', 'interrupted')),
            sentence TEXT,
            processes INTEGER CHECK (processes >= 0),
            CHECK ((finishedAt IS NULL) = (result IS NULL OR result = 'interrupted')),
            CHECK (finishedAt IS NULL OR (sentence IS NOT NULL AND processes IS NOT NULL))
        ) STRICT;
        CREATE INDEX runByStart ON run (startedAt);
        CREATE INDEX runUnfinished ON run (id) WHERE finishedAt IS NULL;
        CREATE TABLE step (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            command TEXT NOT NULL,
            startedAt INTEGER NOT NULL,
            finishedAt INTEGER,
            exitCode INTEGER,
            outputTail TEXT CHECK (length(CAST(outputTail AS BLOB)) <= 4096),
            CHECK ((finishedAt IS NULL) = (outputTail IS NULL)),
            CHECK (finishedAt IS NOT NULL OR exitCode IS NULL)
        ) STRICT;
        CREATE INDEX stepByRun ON step (run);
        CREATE TABLE action (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            step INTEGER NOT NULL REFERENCES step ON DELETE CASCADE,
            kind TEXT NOT NULL,
            vhost TEXT NOT NULL,
            name TEXT NOT NULL,
            verb TEXT NOT NULL CHECK (verb IN ('create', 'update', 'delete')),
            reason TEXT NOT NULL,
            outcome TEXT CHECK (outcome IN ('succeeded', 'failed', 'unknown')),
            message TEXT,
            UNIQUE (step, kind, vhost, name),
            CHECK ((message IS NULL) = (outcome IS NULL OR outcome = 'succeeded'))
        ) STRICT;
        """

    private static let observations = """
        CREATE TABLE reading (
            kind TEXT PRIMARY KEY NOT NULL,
            readAt INTEGER,
            unknownReason TEXT,
            unknownSince INTEGER,
            CHECK ((unknownReason IS NULL) = (unknownSince IS NULL)),
            CHECK (readAt IS NOT NULL OR unknownReason IS NOT NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE observedResource (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL REFERENCES reading ON DELETE CASCADE,
            vhost TEXT NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            fields TEXT NOT NULL,
            firstSeenAt INTEGER NOT NULL,
            changedAt INTEGER NOT NULL,
            UNIQUE (kind, vhost, name)
        ) STRICT;
        CREATE TABLE clusterReading (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            view TEXT,
            readAt INTEGER,
            unknownReason TEXT,
            unknownSince INTEGER,
            CHECK ((view IS NULL) = (readAt IS NULL)),
            CHECK ((unknownReason IS NULL) = (unknownSince IS NULL)),
            CHECK (view IS NOT NULL OR unknownReason IS NOT NULL)
        ) STRICT;
        CREATE TABLE condition (
            name TEXT PRIMARY KEY NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('True', 'False', 'Unknown')),
            reason TEXT NOT NULL,
            message TEXT NOT NULL,
            lastTransition INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE definitionsSnapshot (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            takenAt INTEGER NOT NULL,
            definitions TEXT NOT NULL
        ) STRICT;
        """

    private static let ledger = """
        CREATE TABLE drift (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            vhost TEXT NOT NULL,
            name TEXT NOT NULL,
            word TEXT NOT NULL CHECK (word IN ('missing', 'changed', 'unexpected')),
            changes TEXT NOT NULL,
            author TEXT,
            openedAt INTEGER NOT NULL,
            openedBy INTEGER REFERENCES run ON DELETE SET NULL,
            closedAt INTEGER,
            closedBy INTEGER REFERENCES run ON DELETE SET NULL,
            resolution TEXT CHECK (resolution IN ('repaired', 'vanished')),
            CHECK ((closedAt IS NULL) = (resolution IS NULL)),
            CHECK (closedAt IS NOT NULL OR closedBy IS NULL)
        ) STRICT;
        CREATE UNIQUE INDEX driftOpen ON drift (kind, vhost, name) WHERE closedAt IS NULL;
        CREATE INDEX driftByOpening ON drift (openedAt);
        CREATE INDEX driftByClosing ON drift (closedAt);
        CREATE INDEX driftOpenedBy ON drift (openedBy) WHERE openedBy IS NOT NULL;
        CREATE INDEX driftClosedBy ON drift (closedBy) WHERE closedBy IS NOT NULL;
        CREATE TABLE unmanagedResource (
            kind TEXT NOT NULL,
            vhost TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (kind, vhost, name)
        ) STRICT, WITHOUT ROWID;
        """

    private static let intentions = """
        CREATE TABLE revision (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            path TEXT NOT NULL,
            firstSeenAt INTEGER NOT NULL,
            lastSeenAt INTEGER NOT NULL,
            attemptedAt INTEGER,
            appliedAt INTEGER
        ) STRICT;
        CREATE INDEX revisionBySeeing ON revision (lastSeenAt);
        CREATE TABLE ownedResource (
            kind TEXT NOT NULL,
            vhost TEXT NOT NULL,
            name TEXT NOT NULL,
            run INTEGER REFERENCES run ON DELETE SET NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (kind, vhost, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ownedByRun ON ownedResource (run) WHERE run IS NOT NULL;
        CREATE TABLE stall (
            kind TEXT NOT NULL,
            vhost TEXT NOT NULL,
            name TEXT NOT NULL,
            message TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (kind, vhost, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE blockedAction (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            vhost TEXT NOT NULL,
            name TEXT NOT NULL,
            verb TEXT NOT NULL CHECK (verb IN ('create', 'update', 'delete')),
            guard TEXT NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (kind, vhost, name)
        ) STRICT;
        """
}
