import ClusterModel
import GRDB

extension StateStore {
    /// The identity of the broker's cluster that the manifest of this name is about; nil before it was seen.
    public func pinnedIdentity(of cluster: String) throws(StateStoreError) -> String? {
        try read { db in
            try String.fetchOne(db, sql: "SELECT identity FROM clusterPin WHERE cluster = ?", arguments: [cluster])
        }
    }

    /// Whether other hosts ever told of the cluster of this manifest.
    public func hasHeardOfCluster(of manifest: String) throws(StateStoreError) -> Bool {
        try read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT * FROM heardCluster WHERE cluster = ?)", arguments: [manifest]) ?? false
        }
    }

    /// Other hosts tell of it. Nothing is written where that is known.
    public func rememberCluster(of manifest: String, at now: Timestamp) throws(StateStoreError) {
        guard try !hasHeardOfCluster(of: manifest) else { return }
        try write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO heardCluster (cluster, since) VALUES (?, ?)",
                arguments: [manifest, now.milliseconds])
        }
    }

    /// Pins an identity. One that is pinned already stays.
    public func pin(_ identity: String, of cluster: String, at now: Timestamp) throws(StateStoreError) {
        try write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO clusterPin (cluster, identity, since) VALUES (?, ?, ?)",
                arguments: [cluster, identity.withoutNUL, now.milliseconds])
        }
    }
}
