import ClusterModel
import GRDB

extension StateStore {
    /// Remembers which links do not run, and gives since when each was not seen running. One that is not named any more
    /// runs or is gone, and is forgotten.
    public func rememberDown(
        _ links: [ResourceID], at now: Timestamp
    ) throws(StateStoreError) -> [ResourceID: Timestamp] {
        if links.isEmpty, try read({ db in try Self.downSet.all(db).isEmpty }) { return [:] }
        return try write { db in
            try Self.downSet.delete(Self.downSet.all(db).subtracting(links), db)
            let insert = try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO linkDown (kind, vhost, name, since) VALUES (?, ?, ?, ?)")
            for link in links { try insert.execute(arguments: link.columns + [now.milliseconds]) }
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM linkDown")
            return Dictionary(
                rows.map { (ResourceID(row: $0), Timestamp($0["since"] as Int64)) }, uniquingKeysWith: { $1 })
        }
    }

    private static let downSet = ResourceSet(table: "linkDown")
}
