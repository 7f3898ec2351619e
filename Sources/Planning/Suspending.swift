import ClusterModel

/// Whether the cluster is suspended, for a host that may not be able to read it.
public enum Suspending {
    /// - Parameters:
    ///   - read: what the own broker said: nil where it could not be asked, `.some(nil)` where there is no suspension.
    ///   - remembered: what this host knew before.
    ///   - peers: what the agents of running brokers say, each of its own reading; empty where none answered.
    public static func ofCluster(read: Suspension??, remembered: Suspension?, peers: [Suspension?]) -> Suspension? {
        if let read { return read }
        if peers.isEmpty { return remembered }
        // As long as one still says so: to go on too late harms nobody.
        return peers.compactMap { $0 }.max { $0.until < $1.until }
    }
}
