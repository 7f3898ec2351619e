import ClusterModel
import GRDB

extension StateStore {
    /// Remembers what was read. A known kind is replaced as a whole, by writing only the rows whose digest differs;
    /// an unknown kind keeps its rows and gets the reason; a kind that is not in `kinds` is left alone.
    ///
    /// - Returns: how many resources were written or removed.
    /// - Throws: `invalid` for a record under another kind.
    @discardableResult
    public func recordObservation(_ kinds: [Kind: ObservedKind], at now: Timestamp) throws(StateStoreError) -> Int {
        try write { db in
            try kinds.reduce(0) { count, entry in
                switch entry.value {
                case .unknown(let reason):
                    try Self.recordUnknown(entry.key, reason, at: now, db)
                    return count
                case .known(let records):
                    return try count + Self.recordKnown(entry.key, records, at: now, db)
                }
            }
        }
    }

    /// The kinds that were read, by name.
    public func readings() throws(StateStoreError) -> [ReadingRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT reading.*, (SELECT COUNT(*) FROM observedResource WHERE kind = reading.kind) AS count
                    FROM reading ORDER BY kind
                    """
            ).map { row in
                ReadingRecord(
                    kind: Kind(row["kind"]), readAt: Timestamp(row["readAt"] as Int64?),
                    unknownReason: row["unknownReason"], unknownSince: Timestamp(row["unknownSince"] as Int64?),
                    count: row["count"])
            }
        }
    }

    /// The resources of a kind as they were last read, by vhost and name. `readings()` says when that was.
    public func observed(_ kind: Kind) throws(StateStoreError) -> [StoredResource] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM observedResource WHERE kind = ? ORDER BY vhost, name", arguments: [kind.name]
            ).map { StoredResource(row: $0) }
        }
    }

    /// One resource as it was last read; nil where it was not there or its kind never was read.
    public func observed(_ id: ResourceID) throws(StateStoreError) -> StoredResource? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM observedResource WHERE kind = ? AND vhost = ? AND name = ?",
                arguments: id.columns
            ).map { StoredResource(row: $0) }
        }
    }

    private static func recordUnknown(_ kind: Kind, _ reason: String, at now: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO reading (kind, unknownReason, unknownSince) VALUES (?, ?, ?)
                ON CONFLICT (kind) DO UPDATE SET
                    unknownReason = excluded.unknownReason,
                    unknownSince = COALESCE(unknownSince, excluded.unknownSince)
                """,
            arguments: [kind.name, reason.storedHead, now.milliseconds])
    }

    private static func recordKnown(
        _ kind: Kind, _ records: [ObservedRecord], at now: Timestamp, _ db: Database
    ) throws -> Int {
        try db.execute(
            sql: """
                INSERT INTO reading (kind, readAt) VALUES (?, ?)
                ON CONFLICT (kind) DO UPDATE SET readAt = excluded.readAt, unknownReason = NULL, unknownSince = NULL
                """,
            arguments: [kind.name, now.milliseconds])
        var stored = try storedDigests(of: kind, db)
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO observedResource (kind, vhost, name, digest, fields, firstSeenAt, changedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        let update = try db.cachedStatement(
            sql: "UPDATE observedResource SET digest = ?, fields = ?, changedAt = ? WHERE id = ?")
        var written = 0
        for record in records {
            guard record.id.kind == kind else { throw InvalidCall("\(record.id) is recorded as a \(kind)") }
            let row = stored.removeValue(forKey: record.id)
            if let row, row.digest.sameBytes(as: record.digest) { continue }
            written += 1
            let content: StatementArguments = [record.digest, "\(record.fields)".withoutNUL]
            if let row {
                try update.execute(arguments: content + [now.milliseconds, row.id])
            } else {
                try insert.execute(
                    arguments: record.id.columns + content + [now.milliseconds, now.milliseconds])
            }
        }
        let delete = try db.cachedStatement(sql: "DELETE FROM observedResource WHERE id = ?")
        for row in stored.values { try delete.execute(arguments: [row.id]) }
        return written + stored.count
    }

    private static func storedDigests(
        of kind: Kind, _ db: Database
    ) throws -> [ResourceID: (id: Int64, digest: String)] {
        let sql = "SELECT id, kind, vhost, name, digest FROM observedResource WHERE kind = ?"
        let rows = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: [kind.name])
        var digests: [ResourceID: (id: Int64, digest: String)] = [:]
        while let row = try rows.next() { digests[ResourceID(row: row)] = (row["id"], row["digest"]) }
        return digests
    }
}

extension StoredResource {
    init(row: Row) {
        id = ResourceID(row: row)
        digest = row["digest"]
        fieldsText = row["fields"]
        firstSeenAt = Timestamp(row["firstSeenAt"] as Int64)
        changedAt = Timestamp(row["changedAt"] as Int64)
    }
}
