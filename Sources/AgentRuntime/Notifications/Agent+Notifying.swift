import ClusterModel
import HostAccess
import Planning
import StateStore

extension Agent {
    /// Hands over what a run gives to be told.
    func notify(_ run: RunReport, _ cause: RunCause, _ manifest: ClusterManifest) async {
        await notifier.tell(manifest.notifications)
        guard !manifest.notifications.isEmpty else { return }
        let facts = NotificationRules.Run(
            opened: run.transition.opened, repaired: run.transition.repaired, stalledBefore: run.stalledBefore,
            stalled: run.final.plan.stalled, failure: run.result == .failed ? run.sentence : nil)
        let snapshot = state.snapshot
        var origin = snapshot.origin
        (origin.run, origin.cause) = (run.id.map(Int.init), cause.rawValue)
        await notifier.send(
            NotificationRules.notifications(of: facts, speaksForCluster: snapshot.speaksForCluster), from: origin,
            at: SystemClock.now())
    }
}

/// Looks every second whether a condition turned, whoever told it.
struct ConditionWatch {
    let state: AgentState
    let notifier: Notifier

    func run() async {
        var known = state.snapshot.conditions
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let snapshot = state.snapshot
            let turned = NotificationRules.notifications(
                from: known, to: snapshot.conditions, speaksForCluster: snapshot.speaksForCluster)
            known = snapshot.conditions
            if !turned.isEmpty { await notifier.send(turned, from: snapshot.origin, at: SystemClock.now()) }
        }
        await notifier.stop()
    }
}

extension HostSnapshot {
    fileprivate var origin: Notification.Origin {
        Notification.Origin(host: host, cluster: cluster, revision: revision.attempted)
    }

    /// Where nobody leads, everybody speaks.
    fileprivate var speaksForCluster: Bool { lead.map { $0.host == host } ?? true }
}
