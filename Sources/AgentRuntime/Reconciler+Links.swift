import ClusterModel
import Planning
import ResourceKinds
import StateStore

extension Reconciler {
    /// What is remembered of each link that does not run; brings the memory up to what was just read.
    func pasts(of links: [Resource], at now: Timestamp) throws(StateStoreError) -> [ResourceID: LinkPast] {
        guard let store else { return [:] }
        let down = links.filter { $0.linkState != .running }.map(\.id)
        let since = try store.rememberDown(down, at: now)
        var pasts: [ResourceID: LinkPast] = [:]
        for id in down {
            let restarts = try store.actionCount(on: id, since: now.before(seconds: 3600))
            let latest =
                restarts == 0
                ? 0 : try store.actionCount(on: id, since: now.before(seconds: LinkKind.patience.again))
            pasts[id] = LinkPast(since: since[id] ?? now, restarts: restarts, wasJustRestarted: latest > 0)
        }
        return pasts
    }
}

extension Timestamp {
    fileprivate func before(seconds: Double) -> Timestamp {
        Timestamp(milliseconds: milliseconds - Int64(seconds * 1000))
    }
}
