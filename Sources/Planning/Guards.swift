import ClusterModel
import ResourceKinds

/// Decides for one change whether it may be made. Each rule is one function; the first that objects names itself.
struct Guards {
    let input: PlanningInput
    let world: World
    /// Why no cluster-scope write may be made at all, decided once.
    let majority: Refusal?

    init(input: PlanningInput) {
        self.input = input
        world = World(observation: input.observation, inventory: input.inventory)
        majority = Self.majorityRefusal(members: input.members, cluster: input.observation.cluster)
    }

    func refusal(_ kind: any ResourceKind, _ change: ProposedChange, absent: Set<ResourceID>) -> Refusal? {
        if let refusal = modeRefusal(kind) { return refusal }
        if let suspension = input.suspension { return Refusal(.other("suspended"), suspension.sentence) }
        let isOfCluster = kind.scope(of: change.verb) == .cluster
        return (isOfCluster ? otherCluster ?? splitOff ?? majority ?? input.lead?.refusal : nil)
            ?? contest(change)
            ?? unreadableSecret(change)
            ?? manifestProblem(kind, change)
            ?? kind.refusal(change, in: world)
            ?? missingDependency(kind, change, absent: absent)
    }

    private func modeRefusal(_ kind: any ResourceKind) -> Refusal? {
        let own = input.modes[kind.modeKey]
        guard (own ?? input.mode) == .observe else { return nil }
        let key = own == nil ? "spec.mode" : "spec.modes.\(kind.modeKey)"
        return Refusal(.other("mode"), "\(key) is observe: drift is reported and nothing is changed")
    }

    /// Safety rule 6: another cluster under the same manifest is left alone.
    private var otherCluster: Refusal? {
        input.observation.host?.otherCluster.map { Refusal(.other("identity"), $0) }
    }

    /// Its own view may look whole, and every health check be green (facts/failure-modes §0.2).
    var splitOff: Refusal? {
        guard input.observation.host?.nodeState == .splitOff else { return nil }
        return Refusal(
            .majority,
            "this host's node is split off: a majority of the members goes on without it; "
                + "see the states of all with: warren status --cluster")
    }

    private func contest(_ change: ProposedChange) -> Refusal? {
        guard !input.contests.isEmpty, let id = (change.desired ?? change.observed)?.id else { return nil }
        return input.contests[id]?.refusal(at: input.observation.readAt)
    }

    private func unreadableSecret(_ change: ProposedChange) -> Refusal? {
        change.desired.flatMap { input.unreadable[$0.id] }.map { Refusal(.other("secret"), $0) }
    }

    /// What validation against the version that was found objects to.
    private func manifestProblem(_ kind: any ResourceKind, _ change: ProposedChange) -> Refusal? {
        guard let desired = change.desired, let version = world.version else { return nil }
        let errors = kind.problems(of: desired, on: version).filter { $0.severity == .error }
        guard !errors.isEmpty else { return nil }
        return Refusal(.other("version"), errors.map(\.message).joined(separator: "; "))
    }

    private func missingDependency(
        _ kind: any ResourceKind, _ change: ProposedChange, absent: Set<ResourceID>
    ) -> Refusal? {
        guard !absent.isEmpty, let desired = change.desired else { return nil }
        let missing = kind.references(of: desired).map(\.target).first(where: absent.contains)
        return missing.map { Refusal(.other("dependency"), "it needs \($0), which can't be created; see there") }
    }

    /// Safety rule 1: a strict majority of the manifest's members runs, with one view and no partition.
    static func majorityRefusal(members: [String], cluster: Observation.ClusterReading) -> Refusal? {
        switch cluster {
        case .unknown(let reason):
            return Refusal(.majority, "the cluster's state is unknown: \(reason)")
        case .known(let view):
            if !view.partitions.isEmpty {
                return Refusal(
                    .majority, "the cluster is partitioned: \(view.partitions.keys.sorted().joined(separator: ", "))")
            }
            let running = members.filter(view.runningMembers.contains)
            if running.count * 2 > members.count { return nil }
            let stopped = members.filter { !view.runningMembers.contains($0) }
            return Refusal(
                .majority,
                "only \(running.count) of the manifest's \(members.count) members run; "
                    + "not running: \(stopped.joined(separator: ", ")); "
                    + "the cluster's running members are \(view.runningMembers.joined(separator: ", "))")
        }
    }

    /// Safety rule 7: how many deletions one run may make, and that an empty manifest deletes nothing.
    func deletionRefusal(count: Int) -> Refusal? {
        let prunable = ResourceKinds.all.filter { $0.pruneKey != nil || $0.goesWithManifest }.map(\.kind)
        if !input.desired.contains(where: { prunable.contains($0.id.kind) }) {
            return Refusal(.other("empty-manifest"), "the manifest declares nothing; an empty manifest deletes nothing")
        }
        guard count > input.prune.maxDeletions else { return nil }
        return Refusal(
            .other("max-deletions"),
            "this run would delete \(count) objects and spec.prune.maxDeletions is \(input.prune.maxDeletions); "
                + "raise it if you mean it")
    }
}
