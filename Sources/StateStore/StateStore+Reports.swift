import ClusterModel
import GRDB

extension StateStore {
    /// Until when the last report told that was written as a file; nil where none was.
    public func lastReport() throws(StateStoreError) -> Timestamp? {
        try read { db in Timestamp(try Int64.fetchOne(db, sql: "SELECT until FROM writtenReport")) }
    }

    public func recordReport(until: Timestamp) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO writtenReport (id, until) VALUES (1, ?)", arguments: [until.milliseconds])
        }
    }
}
