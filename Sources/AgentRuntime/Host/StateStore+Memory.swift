import ClusterModel
import Planning
import StateStore

extension StateStore {
    /// Whether the host remembers the manifest's cluster, so that neither it nor another one founds a second.
    func remembersCluster(of manifest: ClusterManifest, on host: Host) throws(StateStoreError) -> Bool {
        ClusterIdentity.hasSeenCluster(
            own: host.nodeName, members: manifest.members, isPinned: try pinnedIdentity(of: manifest.name) != nil,
            hasHeard: try hasHeardOfCluster(of: manifest.name), last: try cluster()?.view?.members)
    }

    /// - Returns: whether the others told of it.
    @discardableResult
    func rememberCluster(
        toldBy peers: [String: PeerView], of manifest: ClusterManifest, at now: Timestamp
    ) throws(StateStoreError) -> Bool {
        guard ClusterIdentity.isTold(by: peers, members: manifest.members) else { return false }
        try rememberCluster(of: manifest.name, at: now)
        return true
    }
}
