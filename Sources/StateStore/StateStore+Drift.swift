import ClusterModel
import GRDB

extension StateStore {
    /// Brings the ledger up to what a run sees.
    ///
    /// A newly seen drift is opened, one that is still there is brought up to date, and one that is no longer there
    /// is closed; of a kind that was not observed nothing is closed, as unknown is not absent. What is unmanaged is no
    /// drift to be fixed: it is kept as a plain list, replaced for the observed kinds.
    ///
    /// - Parameters:
    ///   - drift: all of it, also the unmanaged, each resource once.
    ///   - repaired: the resources that Warren acted on with success in this run; closes as `repaired` what else
    ///     is `vanished`.
    ///   - authors: who caused each drift, as far as that is known, given since when the ledger knows of those that
    ///     are open; the latest one stays.
    @discardableResult
    public func recordDrift(
        _ drift: [Drift], observedKinds: Set<Kind>, repaired: Set<ResourceID> = [],
        authors: (_ open: [ResourceID: Timestamp]) -> [ResourceID: Author] = { _ in [:] }, run: Int64?,
        at now: Timestamp
    ) throws(StateStoreError) -> DriftTransition {
        try write { db in
            var known: [ResourceID: DriftRow] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM drift WHERE closedAt IS NULL") {
                known[ResourceID(row: row)] = DriftRow(
                    id: row["id"], word: row["word"], changes: row["changes"], author: Author(row: row),
                    openedAt: Timestamp(row["openedAt"] as Int64))
            }
            let authors = authors(known.mapValues(\.openedAt))
            var transition = DriftTransition()
            for drift in drift where drift.isOpen {
                let row = known.removeValue(forKey: drift.resource)
                if row == nil { transition.opened.append(drift.resource) }
                try Self.open(drift, over: row, author: authors[drift.resource], run: run, at: now, db)
            }
            for (resource, row) in known where observedKinds.contains(resource.kind) {
                let isRepaired = repaired.contains(resource)
                if isRepaired { transition.repaired.append(resource) } else { transition.vanished.append(resource) }
                try Self.close(row, as: isRepaired ? .repaired : .vanished, run: run, at: now, db)
            }
            try Self.replaceUnmanaged(drift.filter { !$0.isOpen }.map(\.resource), of: observedKinds, db)
            transition.sort()
            return transition
        }
    }

    /// The drift that is open, the longest first.
    public func openDrift() throws(StateStoreError) -> [DriftRecord] {
        try drift("WHERE closedAt IS NULL ORDER BY openedAt, id", [])
    }

    /// What was opened or closed at or after a moment, the latest opening first.
    public func driftSince(_ moment: Timestamp, limit: Int = 1_000) throws(StateStoreError) -> [DriftRecord] {
        try drift(
            "WHERE openedAt >= ? OR closedAt >= ? ORDER BY openedAt DESC, id DESC LIMIT ?",
            [moment.milliseconds, moment.milliseconds, max(0, limit)])
    }

    /// The latest drift of each of the resources that was open at a time of the run.
    static func drift(
        of resources: Set<ResourceID>, during run: RunRecord, _ db: Database
    ) throws -> [ResourceID: DriftRecord] {
        guard !resources.isEmpty else { return [:] }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM drift WHERE openedAt <= ? AND (closedAt IS NULL OR closedAt >= ?) ORDER BY openedAt, id
                """,
            arguments: [run.finishedAt?.milliseconds ?? Int64.max, run.startedAt.milliseconds])
        let records = try rows.map { try DriftRecord(row: $0) }.filter { resources.contains($0.resource) }
        return Dictionary(records.map { ($0.resource, $0) }) { _, last in last }
    }

    /// What is there, the manifest does not name, and Warren did not create; sorted.
    public func unmanaged() throws(StateStoreError) -> [ResourceID] {
        try read { db in try Self.unmanagedSet.all(db).sorted() }
    }

    /// How many `unmanaged()` are, without reading them.
    public func unmanagedCount() throws(StateStoreError) -> Int {
        try read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM unmanagedResource") ?? 0 }
    }

    private static let unmanagedSet = ResourceSet(table: "unmanagedResource")

    private struct DriftRow {
        let id: Int64
        let word: String
        let changes: String
        let author: Author?
        let openedAt: Timestamp
    }

    private static func open(
        _ drift: Drift, over row: DriftRow?, author: Author?, run: Int64?, at now: Timestamp, _ db: Database
    ) throws {
        let changes = "\(FieldChange.stored(drift.changes))".withoutNUL
        let author = author?.stored ?? row?.author
        guard let row else {
            let sql = """
                INSERT INTO drift (kind, vhost, name, word, changes, author, authorAt, openedAt, openedBy)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            let details: StatementArguments = [
                drift.word, changes, author?.name, author?.at?.milliseconds, now.milliseconds, run,
            ]
            return try db.cachedStatement(sql: sql).execute(arguments: drift.resource.columns + details)
        }
        if row.word == drift.word, row.changes.sameBytes(as: changes), row.author == author { return }
        try db.cachedStatement(sql: "UPDATE drift SET word = ?, changes = ?, author = ?, authorAt = ? WHERE id = ?")
            .execute(arguments: [drift.word, changes, author?.name, author?.at?.milliseconds, row.id])
    }

    private static func close(
        _ row: DriftRow, as resolution: DriftResolution, run: Int64?, at now: Timestamp, _ db: Database
    ) throws {
        try db.cachedStatement(sql: "UPDATE drift SET closedAt = ?, closedBy = ?, resolution = ? WHERE id = ?")
            .execute(arguments: [now.milliseconds, run, resolution.rawValue, row.id])
    }

    private static func replaceUnmanaged(_ ids: [ResourceID], of kinds: Set<Kind>, _ db: Database) throws {
        let known = try unmanagedSet.all(db)
        let current = Set(ids)
        try unmanagedSet.delete(known.subtracting(current).filter { kinds.contains($0.kind) }, db)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO unmanagedResource (kind, vhost, name) VALUES (?, ?, ?)")
        for id in current.subtracting(known) { try insert.execute(arguments: id.columns) }
    }

    private func drift(
        _ condition: String, _ arguments: StatementArguments
    ) throws(StateStoreError) -> [DriftRecord] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM drift \(condition)", arguments: arguments)
                .map { try DriftRecord(row: $0) }
        }
    }
}

extension DriftTransition {
    mutating func sort() {
        opened.sort()
        repaired.sort()
        vanished.sort()
    }
}

extension DriftRecord {
    init(row: Row) throws {
        id = row["id"]
        resource = ResourceID(row: row)
        word = row["word"]
        changes = try FieldChange.changes(stored: JSONValue(stored: row["changes"]))
        author = row["author"]
        authorAt = Timestamp(row["authorAt"] as Int64?)
        openedAt = Timestamp(row["openedAt"] as Int64)
        openedBy = row["openedBy"]
        closedAt = Timestamp(row["closedAt"] as Int64?)
        closedBy = row["closedBy"]
        resolution = try (row["resolution"] as String?).map { try DriftResolution(stored: $0) }
    }
}

extension FieldChange {
    /// Written by hand: `Codable` would make no difference between a value that is absent and one that is `null`.
    static func stored(_ changes: [FieldChange]) -> JSONValue {
        .array(
            changes.map { change in
                var members: [String: JSONValue] = ["field": .string(change.field)]
                members["observed"] = change.observed
                members["desired"] = change.desired
                return .object(members)
            })
    }

    static func changes(stored value: JSONValue) -> [FieldChange] {
        (value.array ?? []).map { change in
            FieldChange(
                field: change["field"]?.string ?? "", observed: change["observed"], desired: change["desired"])
        }
    }
}
