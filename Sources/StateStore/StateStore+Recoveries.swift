import ClusterModel
import GRDB

/// A recovery that a person acknowledged.
public struct RecoveryRecord: Hashable, Sendable, Identifiable {
    /// One step, as it was written down before it was done.
    public struct Step: Hashable, Sendable {
        /// See `RecoveryStep.stored`.
        public let step: String
        public let beganAt: Timestamp?
        /// Nil where it has not ended, or never said how.
        public let endedAt: Timestamp?
        /// Why it was not done; nil where it was.
        public let failure: String?

        public var isDone: Bool { endedAt != nil && failure == nil }
    }

    public let id: Int64
    public let scenario: Int?
    public let happened: String
    public let host: String
    public let verbs: [String]
    public let reason: String
    public let author: String
    public let acknowledgedAt: Timestamp
    /// Until when its steps may be begun.
    public let expiresAt: Timestamp
    /// When its last step was done; nil where it was not.
    public let finishedAt: Timestamp?
    public let steps: [Step]
}

extension StateStore {
    /// How many recoveries are kept.
    private static let keptRecoveries = 100

    /// Writes down what a person acknowledged, and all steps, before the first one. Gives the recovery's id.
    public func beginRecovery(
        scenario: Int?, happened: String, host: String, verbs: [String], reason: String, author: String,
        steps: [String], at now: Timestamp, until expiry: Timestamp
    ) throws(StateStoreError) -> Int64 {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO recovery (scenario, happened, host, verbs, reason, author, acknowledgedAt, expiresAt)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    scenario, happened.storedHead, host.storedHead, verbs.joined(separator: ","), reason.storedHead,
                    author.storedHead, now.milliseconds, expiry.milliseconds,
                ])
            let id = db.lastInsertedRowID
            for (position, step) in steps.enumerated() {
                try db.execute(
                    sql: "INSERT INTO recoveryStep (recovery, position, step) VALUES (?, ?, ?)",
                    arguments: [id, position, step])
            }
            try db.execute(sql: "DELETE FROM recovery WHERE id <= ?", arguments: [id - Int64(Self.keptRecoveries)])
            return id
        }
    }

    /// Writes down that a step begins.
    public func beginRecoveryStep(_ position: Int, of id: Int64, at now: Timestamp) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE recoveryStep SET beganAt = ?, endedAt = NULL, failure = NULL
                    WHERE recovery = ? AND position = ?
                    """, arguments: [now.milliseconds, id, position])
            guard db.changesCount == 1 else { throw InvalidCall("recovery \(id) has no step \(position)") }
        }
    }

    /// Writes down how a step ended. With the last one that was done, the recovery is finished.
    public func endRecoveryStep(
        _ position: Int, of id: Int64, failure: String?, at now: Timestamp
    ) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: "UPDATE recoveryStep SET endedAt = ?, failure = ? WHERE recovery = ? AND position = ?",
                arguments: [now.milliseconds, failure?.storedHead, id, position])
            guard db.changesCount == 1 else { throw InvalidCall("recovery \(id) has no step \(position)") }
            try db.execute(
                sql: """
                    UPDATE recovery SET finishedAt = ? WHERE id = ? AND NOT EXISTS (
                        SELECT 1 FROM recoveryStep
                        WHERE recovery = recovery.id AND (endedAt IS NULL OR failure IS NOT NULL))
                    """, arguments: [now.milliseconds, id])
        }
    }

    /// The recoveries that are kept, the latest first.
    public func recoveries(limit: Int = 100) throws(StateStoreError) -> [RecoveryRecord] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM recovery ORDER BY id DESC LIMIT ?", arguments: [max(0, limit)])
                .map { row in
                    let steps = try Row.fetchAll(
                        db, sql: "SELECT * FROM recoveryStep WHERE recovery = ? ORDER BY position",
                        arguments: [row["id"] as Int64])
                    return RecoveryRecord(row: row, steps: steps.map(RecoveryRecord.Step.init(row:)))
                }
        }
    }

    /// Forgets that this host's node was part of a cluster, that others told of one, and which one the manifest was about.
    public func forgetCluster(of manifest: String) throws(StateStoreError) {
        try write { db in
            try db.execute(sql: "DELETE FROM clusterReading")
            try db.execute(sql: "DELETE FROM clusterPin WHERE cluster = ?", arguments: [manifest])
            try db.execute(sql: "DELETE FROM heardCluster WHERE cluster = ?", arguments: [manifest])
        }
    }
}

extension RecoveryRecord {
    init(row: Row, steps: [Step]) {
        id = row["id"]
        scenario = row["scenario"]
        happened = row["happened"]
        host = row["host"]
        verbs = (row["verbs"] as String).split(separator: ",").map(String.init)
        reason = row["reason"]
        author = row["author"]
        acknowledgedAt = Timestamp(row["acknowledgedAt"] as Int64)
        expiresAt = Timestamp(row["expiresAt"] as Int64)
        finishedAt = Timestamp(row["finishedAt"] as Int64?)
        self.steps = steps
    }
}

extension RecoveryRecord.Step {
    init(row: Row) {
        step = row["step"]
        beganAt = Timestamp(row["beganAt"] as Int64?)
        endedAt = Timestamp(row["endedAt"] as Int64?)
        failure = row["failure"]
    }
}
