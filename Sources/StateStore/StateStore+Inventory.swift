import ClusterModel
import GRDB

extension StateStore {
    /// Writes down that Warren created resources: only these may it ever delete again. One that is in the inventory
    /// already stays as it is.
    public func own(_ resources: [ResourceID], run: Int64?, at now: Timestamp) throws(StateStoreError) {
        try write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO ownedResource (kind, vhost, name, run, since) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """)
            for id in resources { try insert.execute(arguments: id.columns + [run, now.milliseconds]) }
        }
    }

    /// Takes resources out of the inventory, also such as are not in it.
    public func disown(_ resources: [ResourceID]) throws(StateStoreError) {
        try write { db in try Self.inventorySet.delete(resources, db) }
    }

    /// Everything that Warren created and did not delete.
    public func inventory() throws(StateStoreError) -> Set<ResourceID> {
        try read { db in try Self.inventorySet.all(db) }
    }

    /// The refusals that are remembered.
    public func stalls() throws(StateStoreError) -> [ResourceID: Stall] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM stall").reduce(into: [:]) { stalls, row in
                let id = ResourceID(row: row)
                stalls[id] = Stall(
                    id, message: row["message"], fingerprint: row["fingerprint"],
                    since: Timestamp(row["since"] as Int64))
            }
        }
    }

    /// Remembers refusals, each in the place of an earlier one on its resource.
    public func recordStalls(_ stalls: [Stall]) throws(StateStoreError) {
        try write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO stall (kind, vhost, name, message, fingerprint, since)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """)
            for stall in stalls {
                let details: StatementArguments = [
                    stall.message.storedHead, stall.fingerprint.withoutNUL, stall.since.milliseconds,
                ]
                try insert.execute(arguments: stall.resource.columns + details)
            }
        }
    }

    /// Forgets refusals, so that the next run tries again.
    public func clearStalls(_ resources: [ResourceID]) throws(StateStoreError) {
        try write { db in try ResourceSet(table: "stall").delete(resources, db) }
    }

    private static let inventorySet = ResourceSet(table: "ownedResource")
}
