import ClusterModel
import Planning
import Providers
import ResourceKinds
import StateStore

extension HostScope {
    /// What is to become of this host's node.
    func healing(
        _ state: NodeState, _ readings: NodeReadings, peers: [String: PeerView], service: ServiceStatus?,
        store: StateStore?, at now: Timestamp
    ) async throws(StateStoreError) -> Healing {
        var healing = NodeHealing(own: host.nodeName, members: manifest.members, state: state)
        healing.readings = readings
        healing.peers = peers
        healing.seconds = probe.seconds(in: state, at: now)
        healing.idleSeconds = probe.idleSeconds(service, at: now)
        let gone = readings.view?.replicas?.silent(on: host.nodeName).count ?? 0
        healing.replicasGoneSeconds = probe.secondsGone(gone > 0, at: now)
        healing.tickTime = manifest.broker.configValue("net_ticktime").flatMap { Int($0) } ?? healing.tickTime
        healing.mayDiscard = manifest.membership.discardMinority == .automatic
        let id = NodeKind.id(host.nodeName)
        func since(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: now.milliseconds - seconds * 1000) }
        // A repair that was cut off, or a join.
        for begun in [id, MemberKind.id(host.nodeName)] where !healing.isUnfinished {
            let end = begun == id ? ConfigurationKind.id(host.nodeName) : nil
            healing.isUnfinished = try store?.isUnfinished(begun, endedBy: end, since: since(900)) ?? false
        }
        // One that failed says so where it disrupted nothing.
        healing.repairs = try store?.begun(on: id, since: since(3600), withFailed: false).count ?? 0
        if state == .splitOff, let tools,
            let majority = Majority(members: manifest.members, peers: peers, without: host.nodeName)
        {
            healing.holdings = await tools.splitHoldings(besides: majority.first)
        }
        return healing.decision
    }
}
