import ClusterModel
import GRDB

extension StateStore {
    /// Writes down a command and its actions **before** it is run, so that after a crash it is known what may have
    /// happened, and gives the step's id.
    ///
    /// - Parameter command: redacted; the first 4 KiB are kept.
    /// - Throws: `invalid` for a run that does not exist or is finished.
    public func beginStep(
        run: Int64, command: String, actions: [Action], at now: Timestamp
    ) throws(StateStoreError) -> Int64 {
        try write { db in
            let open = "SELECT 1 FROM run WHERE id = ? AND finishedAt IS NULL"
            guard try Int.fetchOne(db, sql: open, arguments: [run]) != nil else {
                throw InvalidCall("run \(run) does not exist or is finished")
            }
            try db.execute(
                sql: "INSERT INTO step (run, command, startedAt) VALUES (?, ?, ?)",
                arguments: [run, command.storedHead, now.milliseconds])
            let step = db.lastInsertedRowID
            let insert = try db.cachedStatement(
                sql: "INSERT INTO action (step, kind, vhost, name, verb, reason) VALUES (?, ?, ?, ?, ?, ?)")
            for action in actions {
                let details: StatementArguments = [action.verb.rawValue, action.reason.storedHead]
                try insert.execute(arguments: [step] + action.resource.columns + details)
            }
            return step
        }
    }

    /// Writes down what a command said. An action without an outcome stays unknown.
    ///
    /// - Parameters:
    ///   - exitCode: nil where the command did not start or was killed.
    ///   - outputTail: redacted; the last 4 KiB are kept.
    /// - Throws: `invalid` for a step that does not exist or is finished, and for an outcome of a resource that
    ///   is not in it.
    public func finishStep(
        _ id: Int64, exitCode: Int32?, outputTail: String, outcomes: [(ResourceID, Outcome)], at now: Timestamp
    ) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: "UPDATE step SET finishedAt = ?, exitCode = ?, outputTail = ? WHERE id = ? AND finishedAt IS NULL",
                arguments: [now.milliseconds, exitCode, outputTail.storedTail, id])
            guard db.changesCount == 1 else { throw InvalidCall("step \(id) does not exist or is finished") }
            let update = try db.cachedStatement(
                sql: """
                    UPDATE action SET outcome = ?, message = ?
                    WHERE step = ? AND kind = ? AND vhost = ? AND name = ?
                    """)
            for (resource, outcome) in outcomes {
                let details: StatementArguments = [outcome.word, outcome.message?.storedHead, id]
                try update.execute(arguments: details + resource.columns)
                guard db.changesCount == 1 else { throw InvalidCall("step \(id) has no action on \(resource)") }
            }
        }
    }

    /// How many actions were begun on a resource since then, whatever became of them.
    public func actionCount(on resource: ResourceID, since then: Timestamp) throws(StateStoreError) -> Int {
        try read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) FROM action JOIN step ON step.id = action.step
                    WHERE kind = ? AND vhost = ? AND name = ? AND startedAt >= ?
                    """, arguments: resource.columns + [then.milliseconds]) ?? 0
        }
    }

    /// When actions were begun on a resource since then, oldest first.
    ///
    /// - Parameter withFailed: also those that failed.
    public func begun(
        on resource: ResourceID, since then: Timestamp, withFailed: Bool
    ) throws(StateStoreError) -> [Timestamp] {
        try read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT startedAt FROM action JOIN step ON step.id = action.step
                    WHERE kind = ? AND vhost = ? AND name = ? AND startedAt >= ?
                        AND (? OR outcome IS NOT 'failed')
                    ORDER BY action.id
                    """, arguments: resource.columns + [then.milliseconds, withFailed]
            ).map { Timestamp(milliseconds: $0) }
        }
    }

    /// Whether the last action on a resource since then did not say how it ended: it may have been cut off half done.
    ///
    /// - Parameter other: a resource whose actions end it too, where they succeed.
    public func isUnfinished(
        _ resource: ResourceID, endedBy other: ResourceID? = nil, since then: Timestamp
    ) throws(StateStoreError) -> Bool {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT outcome FROM action JOIN step ON step.id = action.step
                    WHERE startedAt >= ? AND (kind = ? AND vhost = ? AND name = ?
                        OR outcome = 'succeeded' AND kind = ? AND vhost = ? AND name = ?)
                    ORDER BY action.id DESC LIMIT 1
                    """, arguments: [then.milliseconds] + resource.columns + (other ?? resource).columns)
            guard let row else { return false }
            let outcome: String? = row["outcome"]
            return outcome == nil || outcome == "unknown"
        }
    }

    static func steps(of run: Int64, _ db: Database) throws -> [StepRecord] {
        let sql = "SELECT action.* FROM action JOIN step ON step.id = action.step WHERE step.run = ? ORDER BY action.id"
        let rows = try Row.fetchAll(db, sql: sql, arguments: [run])
        let actions = Dictionary(grouping: rows) { $0["step"] as Int64 }
        return try Row.fetchAll(db, sql: "SELECT * FROM step WHERE run = ? ORDER BY id", arguments: [run]).map { row in
            let id: Int64 = row["id"]
            return StepRecord(
                id: id, command: row["command"], startedAt: Timestamp(row["startedAt"] as Int64),
                finishedAt: Timestamp(row["finishedAt"] as Int64?), exitCode: row["exitCode"],
                outputTail: row["outputTail"] ?? "", actions: try (actions[id] ?? []).map { try ActionRecord(row: $0) })
        }
    }
}

extension ActionRecord {
    init(row: Row) throws {
        resource = ResourceID(row: row)
        verb = try Action.Verb(stored: row["verb"])
        reason = row["reason"]
        let message = row["message"] as String? ?? ""
        outcome =
            switch row["outcome"] as String? {
            case nil: nil
            case "succeeded"?: .succeeded
            case "failed"?: .failed(message)
            default: .unknown(message)
            }
    }
}
