import ClusterModel
import Planning
import ResourceKinds
import StateStore

extension Reconciler {
    /// What holds at this moment of this host and of the cluster. What was learned of the cluster is remembered, so that
    /// it holds also while no broker can be asked, and over a restart.
    func suspensions(_ observation: Observation) async throws(StateStoreError) -> [Suspension] {
        let known = try store?.suspensions() ?? []
        let remembered = known.first { $0.scope == .cluster }
        let read = GlobalParameterKind.suspension(in: observation)
        let peers = read == nil ? await hostScope?.peers().values.filter(\.isRunning).map(\.suspension) ?? [] : []
        let ofCluster = Suspending.ofCluster(read: read, remembered: remembered, peers: peers)
        if let store, ofCluster != remembered {
            if let ofCluster { try store.suspend(ofCluster) } else { try store.resume(.cluster) }
        }
        return (known.filter { $0.scope != .cluster } + [ofCluster].compactMap { $0 }).active(at: clock())
    }

    /// What of it is remembered, without asking anybody.
    func suspensionsOfMemory(_ store: StateStore) throws(StateStoreError) -> [Suspension] {
        try store.suspensions().active(at: clock())
    }

    /// Takes over the services that this host is to run. While a person has suspended it, they are systemd's and that
    /// person's: a host that is restarted for maintenance has to come up.
    func claimServices(_ store: StateStore) async throws(StateStoreError) {
        await hostScope?.claimServices(isSuspended: try !suspensionsOfMemory(store).isEmpty)
    }
}
