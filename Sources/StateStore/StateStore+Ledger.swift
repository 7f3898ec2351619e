import ClusterModel
import GRDB

/// One drift of the ledger without its fields: what is needed to choose and to count among thousands.
public struct LedgerLine: Hashable, Sendable, Identifiable {
    public let id: Int64
    public let resource: ResourceID
    public let author: String?
    public let resolution: DriftResolution?

    public var isOpen: Bool { resolution == nil }
}

extension StateStore {
    /// What was open at some time between two moments: what is open still, the longest first, and then what ended, the
    /// latest first.
    ///
    /// - Parameters:
    ///   - since: leaves out what had ended before; nil leaves out all that ended.
    ///   - until: leaves out what began later; nil for none.
    public func ledger(since: Timestamp?, until: Timestamp? = nil) throws(StateStoreError) -> [LedgerLine] {
        let latest = until?.milliseconds ?? .max
        return try read { db in
            let columns = "SELECT id, kind, vhost, name, author, resolution FROM drift"
            let open = try Row.fetchAll(
                db, sql: columns + " WHERE closedAt IS NULL AND openedAt <= ? ORDER BY openedAt, id",
                arguments: [latest])
            guard let since else { return try open.map { try LedgerLine(row: $0) } }
            let closed = try Row.fetchAll(
                db, sql: columns + " WHERE closedAt >= ? AND openedAt <= ? ORDER BY closedAt DESC, id DESC",
                arguments: [since.milliseconds, latest])
            return try (open + closed).map { try LedgerLine(row: $0) }
        }
    }

    /// The drifts with these ids that are still kept, in their order.
    public func drift(_ ids: [Int64]) throws(StateStoreError) -> [DriftRecord] {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT * FROM drift WHERE id = ?")
            return try ids.compactMap { id in
                try Row.fetchOne(statement, arguments: [id]).map { try DriftRecord(row: $0) }
            }
        }
    }
}

extension LedgerLine {
    init(row: Row) throws {
        id = row["id"]
        resource = ResourceID(row: row)
        author = row["author"]
        resolution = try (row["resolution"] as String?).map { try DriftResolution(stored: $0) }
    }
}
