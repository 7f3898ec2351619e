import ClusterModel
import GRDB

/// A commit that was seen, and what became of it.
public struct CommitRecord: Hashable, Sendable {
    public let commit: Commit
    /// The repository, branch and path that it was seen in.
    public let source: String
    public let firstSeenAt: Timestamp
    /// Why it was last refused; nil where it never was, or came into force afterwards.
    public let refusal: CommitRefusal?
    public let refusedAt: Timestamp?
    /// When it last came into force; nil where it never did.
    public let inForceAt: Timestamp?
}

/// That a person accepts a commit which would be refused.
public struct Acceptance: Hashable, Sendable {
    public let commit: String
    public let author: String
    public let reason: String
    public let acceptedAt: Timestamp
    /// Until when it may come into force by this. Once it is in force, it stays.
    public let expiresAt: Timestamp

    public init(commit: String, author: String, reason: String, acceptedAt: Timestamp, expiresAt: Timestamp) {
        self.commit = commit
        self.author = author
        self.reason = reason
        self.acceptedAt = acceptedAt
        self.expiresAt = expiresAt
    }
}

extension StateStore {
    /// How many commits and acceptances are kept.
    private static let kept = 500

    /// Writes down that a commit is refused.
    public func record(
        _ commit: Commit, of source: String, refused refusal: CommitRefusal, at now: Timestamp
    ) throws(StateStoreError) {
        try record(commit, of: source, at: now, setting: "refusal = ?, message = ?, refusedAt = ?") {
            [refusal.reason.rawValue, refusal.message.storedHead, now.milliseconds]
        }
    }

    /// Writes down that a commit comes into force; what spoke against it is gone.
    public func recordInForce(_ commit: Commit, of source: String, at now: Timestamp) throws(StateStoreError) {
        try record(
            commit, of: source, at: now, setting: "inForceAt = ?, refusal = NULL, message = NULL, refusedAt = NULL"
        ) { [now.milliseconds] }
    }

    private func record(
        _ commit: Commit, of source: String, at now: Timestamp, setting columns: String,
        _ values: () -> StatementArguments
    ) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO manifestCommit (name, source, author, subject, firstSeenAt) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET source = excluded.source
                    """,
                arguments: [
                    commit.id, source.withoutNUL, commit.author.storedHead, commit.subject.storedHead, now.milliseconds,
                ])
            try db.execute(
                sql: "UPDATE manifestCommit SET \(columns) WHERE name = ?", arguments: values() + [commit.id])
            try db.execute(
                sql: """
                    DELETE FROM manifestCommit WHERE id <= (SELECT MAX(id) FROM manifestCommit) - ?
                    """, arguments: [Self.kept])
        }
    }

    /// The commits that were seen, the latest first; with `prefix`, those whose name begins so.
    public func commits(prefix: String = "", limit: Int = 500) throws(StateStoreError) -> [CommitRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM manifestCommit WHERE substr(name, 1, ?) = ? ORDER BY id DESC LIMIT ?",
                arguments: [prefix.utf8.count, prefix, max(0, limit)]
            ).map { try CommitRecord(row: $0) }
        }
    }

    public func accept(_ acceptance: Acceptance) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: "INSERT INTO acceptance (name, author, reason, acceptedAt, expiresAt) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    acceptance.commit, acceptance.author.storedHead, acceptance.reason.storedHead,
                    acceptance.acceptedAt.milliseconds, acceptance.expiresAt.milliseconds,
                ])
            try db.execute(
                sql: "DELETE FROM acceptance WHERE id <= (SELECT MAX(id) FROM acceptance) - ?", arguments: [Self.kept])
        }
    }

    /// The acceptance by which a commit may come into force at a moment; nil where there is none, or none any more.
    public func acceptance(of commit: String, at now: Timestamp) throws(StateStoreError) -> Acceptance? {
        try acceptances(of: commit).first { now < $0.expiresAt }
    }

    /// Everything that was ever accepted of a commit, the latest first.
    public func acceptances(of commit: String) throws(StateStoreError) -> [Acceptance] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM acceptance WHERE name = ? ORDER BY id DESC", arguments: [commit]
            ).map { row in
                Acceptance(
                    commit: row["name"], author: row["author"], reason: row["reason"],
                    acceptedAt: Timestamp(row["acceptedAt"] as Int64), expiresAt: Timestamp(row["expiresAt"] as Int64))
            }
        }
    }
}

extension CommitRecord {
    init(row: Row) throws {
        commit = Commit(id: row["name"], author: row["author"], subject: row["subject"])
        source = row["source"]
        firstSeenAt = Timestamp(row["firstSeenAt"] as Int64)
        refusal = try (row["refusal"] as String?).map {
            CommitRefusal(try CommitRefusal.Reason(stored: $0), row["message"])
        }
        refusedAt = Timestamp(row["refusedAt"] as Int64?)
        inForceAt = Timestamp(row["inForceAt"] as Int64?)
    }
}
