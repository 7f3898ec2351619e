import ClusterModel
import Foundation
import GRDB

extension StateStore {
    public enum Access: Sendable {
        /// Creates, migrates and heals the file.
        case readWrite
        /// Reads what is there and changes nothing, but for undoing a write that a killed process left half done.
        case readOnly
    }

    /// A store, and what there is to say about how it was opened.
    public struct Opened: Sendable {
        public let store: StateStore
        /// A sentence for the log and the status, where the file did not hold what was remembered.
        public let notice: String?
    }

    /// Opens the state file.
    ///
    /// For writing, the folder is created 0700 and the file 0600, a wider mode of an existing file is tightened,
    /// the schema is brought up to date, and a file that is damaged or no database is renamed to
    /// `PATH.corrupt-MILLISECONDS`, which the notice says.
    ///
    /// - Throws: for reading `missing`, `corrupt`, `older`; for writing `readOnly`, `full`; for both `newer` and
    ///   `foreign`, with the file left as it is, `locked`, `denied` and `failed`.
    public static func open(path: String, access: Access, at now: Timestamp) throws(StateStoreError) -> Opened {
        try open(path: path, access: access, at: now, busyTimeout: 5)
    }

    static func open(
        path: String, access: Access, at now: Timestamp, busyTimeout: Double
    ) throws(StateStoreError) -> Opened {
        switch access {
        case .readWrite: try openForWriting(StateFile(path), at: now, busyTimeout: busyTimeout)
        case .readOnly: Opened(store: try openForReading(StateFile(path), busyTimeout: busyTimeout), notice: nil)
        }
    }

    /// A store that lives as long as its value.
    public static func inMemory() throws(StateStoreError) -> StateStore {
        let path = ":memory:"
        do {
            let queue = try DatabaseQueue(configuration: configuration(busyTimeout: 0, readOnly: false))
            try Schema.migrator.migrate(queue)
            return StateStore(queue: queue, path: path)
        } catch {
            throw StateStoreError(error, path: path)
        }
    }

    private static func openForWriting(
        _ file: StateFile, at now: Timestamp, busyTimeout: Double
    ) throws(StateStoreError) -> Opened {
        let presence = try file.prepareForWriting()
        do throws(StateStoreError) {
            let store = try connectForWriting(file, busyTimeout: busyTimeout)
            guard presence == .empty else { return Opened(store: store, notice: nil) }
            return Opened(
                store: store,
                notice: "\(file.path.printable) was empty and was set up anew; \(rebuilt)")
        } catch  where error.code == .corrupt {
            let aside = try file.moveAside(at: now)
            _ = try file.prepareForWriting()
            let store = try connectForWriting(file, busyTimeout: busyTimeout)
            return Opened(
                store: store,
                notice: "\(file.path.printable) was corrupt and was moved to \(aside.printable); \(rebuilt)")
        }
    }

    private static let rebuilt = "what was remembered is rebuilt by observing"

    private static func connectForWriting(
        _ file: StateFile, busyTimeout: Double
    ) throws(StateStoreError) -> StateStore {
        do {
            let queue = try DatabaseQueue(
                path: file.databasePath, configuration: configuration(busyTimeout: busyTimeout, readOnly: false))
            try queue.read { db in
                try Schema.refuseForeign(db, path: file.path)
                let problem = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
                guard problem == "ok" else { throw UnreadableValue("is damaged (\(problem))") }
            }
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
            try Schema.migrator.migrate(queue)
            return StateStore(queue: queue, path: file.path)
        } catch {
            throw StateStoreError(error, path: file.path)
        }
    }

    private static func openForReading(
        _ file: StateFile, busyTimeout: Double
    ) throws(StateStoreError) -> StateStore {
        try file.checkReadable()
        do {
            do {
                return try connectForReading(file, busyTimeout: busyTimeout)
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
                // A killed writer left a journal. SQLite undoes the write as soon as a connection may write.
                let healing = configuration(busyTimeout: busyTimeout, readOnly: false)
                try DatabaseQueue(path: file.databasePath, configuration: healing).close()
                return try connectForReading(file, busyTimeout: busyTimeout)
            }
        } catch {
            throw StateStoreError(error, path: file.path)
        }
    }

    private static func connectForReading(_ file: StateFile, busyTimeout: Double) throws -> StateStore {
        let queue = try DatabaseQueue(
            path: file.databasePath, configuration: configuration(busyTimeout: busyTimeout, readOnly: true))
        try queue.read { db in
            try Schema.refuseForeign(db, path: file.path)
            guard try Schema.migrator.hasCompletedMigrations(db) else {
                throw StateStoreError(
                    .older, path: file.path, "is of an earlier version; start the agent, which brings it up to date")
            }
        }
        return StateStore(queue: queue, path: file.path)
    }

    private static func configuration(busyTimeout: Double, readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "warren.state"
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(busyTimeout)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            // `temp_store`: a full or read-only /tmp must not matter. The others distrust a damaged file.
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cell_size_check = ON;
                    PRAGMA trusted_schema = OFF;
                    """)
        }
        return configuration
    }
}
