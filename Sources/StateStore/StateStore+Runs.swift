import ClusterModel
import GRDB

extension StateStore {
    /// Writes down that a run begins, and gives its id. A run that was never finished is `interrupted` from here on:
    /// there is one agent, and it runs one at a time.
    public func beginRun(
        cause: RunCause, host: String, revision: String?, at now: Timestamp
    ) throws(StateStoreError) -> Int64 {
        try write { db in
            try Self.markInterrupted(db)
            try db.execute(
                sql: "INSERT INTO run (cause, host, revision, startedAt) VALUES (?, ?, ?, ?)",
                arguments: [cause.rawValue, host.withoutNUL, revision?.withoutNUL, now.milliseconds])
            return db.lastInsertedRowID
        }
    }

    /// Says of every unfinished run that it was cut off. For the agent at its start, when it knows that no other runs.
    public func markInterruptedRuns() throws(StateStoreError) {
        try write { db in try Self.markInterrupted(db) }
    }

    /// Ends a run, and drops what history is too much: runs and closed drift of more than 90 days, and all beyond
    /// 2,000 runs, 50,000 actions, 50,000 closed drifts and 500 revisions. The newest run and open drift stay.
    ///
    /// - Throws: `invalid` for a run that does not exist or is finished.
    public func finishRun(
        _ id: Int64, result: RunResult, sentence: String, processes: Int, at now: Timestamp
    ) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE run SET finishedAt = ?, result = ?, sentence = ?, processes = ?
                    WHERE id = ? AND finishedAt IS NULL
                    """,
                arguments: [now.milliseconds, result.rawValue, sentence.storedHead, processes, id])
            guard db.changesCount == 1 else { throw InvalidCall("run \(id) does not exist or is finished") }
            try Retention.standard.prune(db, now: now)
        }
    }

    /// Drops a finished run that began nothing and says what the one before it said: a waiting agent looks every second.
    public func dropRepetition(_ id: Int64) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: """
                    DELETE FROM run WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM step WHERE run = ?1)
                        AND (result, sentence) IS (
                            SELECT result, sentence FROM run WHERE id < ?1 ORDER BY id DESC LIMIT 1)
                    """, arguments: [id])
        }
    }

    /// Runs, newest first: at most `limit`, and only those before the run `before`.
    public func runs(limit: Int, before: Int64? = nil) throws(StateStoreError) -> [RunRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: Self.runColumns + "WHERE run.id < ? ORDER BY run.id DESC LIMIT ?",
                arguments: [before ?? .max, max(0, limit)]
            ).map { try RunRecord(row: $0) }
        }
    }

    /// The newest run, also one that is not finished.
    public func lastRun() throws(StateStoreError) -> RunRecord? { try runs(limit: 1).first }

    /// A run with its steps and actions; nil where it does not exist or is no longer kept.
    public func run(_ id: Int64) throws(StateStoreError) -> RunDetail? {
        try read { db in
            guard let row = try Row.fetchOne(db, sql: Self.runColumns + "WHERE run.id = ?", arguments: [id]) else {
                return nil
            }
            let (run, steps) = (try RunRecord(row: row), try Self.steps(of: id, db))
            let found = try Self.drift(of: Set(steps.flatMap { $0.actions.map(\.resource) }), during: run, db)
            return RunDetail(run: run, steps: steps, found: found)
        }
    }

    private static let runColumns = """
        SELECT run.*, (
            SELECT COUNT(*) FROM step JOIN action ON action.step = step.id WHERE step.run = run.id
        ) AS actionCount FROM run\u{20}
        """

    private static func markInterrupted(_ db: Database) throws {
        try db.execute(sql: "UPDATE run SET result = 'interrupted' WHERE finishedAt IS NULL AND result IS NULL")
    }
}

extension RunRecord {
    init(row: Row) throws {
        id = row["id"]
        cause = try RunCause(stored: row["cause"])
        host = row["host"]
        revision = row["revision"]
        startedAt = Timestamp(row["startedAt"] as Int64)
        finishedAt = Timestamp(row["finishedAt"] as Int64?)
        state =
            switch row["result"] as String? {
            case nil: .running
            case "interrupted"?: .interrupted
            case let word?: .finished(try RunResult(stored: word))
            }
        sentence = row["sentence"]
        processes = row["processes"]
        actionCount = row["actionCount"]
    }
}
