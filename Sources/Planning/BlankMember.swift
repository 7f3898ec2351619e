import ClusterModel

/// What is to become of a member that came back with a blank disk.
///
/// Started as it is, it would come up as an empty voter in each of its queues, and could outvote the replicas that hold
/// the messages: 8 of 10 confirmed messages were lost so in an experiment (facts/failure-modes §0.3). So it stays down
/// until the others forgot it, and they forget it only while all that it held is complete on them.
public struct BlankMember: Sendable {
    /// Its node.
    let node: String
    /// What its own agent says of it.
    let told: PeerView
    let view: ClusterView
    let settings: MembershipSettings

    public init(_ told: PeerView, view: ClusterView, settings: MembershipSettings) {
        node = told.node
        self.told = told
        self.view = view
        self.settings = settings
    }

    /// Nil where it is no member with a blank disk.
    public var decision: BlankDecision? {
        // Unreadable is not blank, and one that runs is on its way in.
        guard told.data == .blank, !told.isRunning, view.members.contains(node) else { return nil }
        if let reason { return .wait(reason) }
        return .forget(lost: lost)
    }

    private var reason: String? {
        if settings.replaceBlank == .ask {
            return "its disk is blank and spec.membership.replaceBlank is ask: write automatic to have it forgotten "
                + "and joined again; what was on its disk alone is lost" + (lost.map { ": \($0)" } ?? "")
        }
        if view.runningMembers.contains(node) { return "its disk is blank and the cluster says that it runs" }
        if !view.partitions.isEmpty {
            return "the cluster is partitioned; it has to be whole before a member is replaced"
        }
        let down = view.members.filter { $0 != node && !view.runningMembers.contains($0) }
        if !down.isEmpty {
            return "\(down.joined(separator: ", ")) does not run either, and may hold the only copy of something; "
                + "start it first"
        }
        guard let replicas = view.replicas else { return "how the replicas of queues stand could not be read" }
        let incomplete = replicas.troubled.filter { !isItsAlone($0) }
        if !incomplete.isEmpty || replicas.troubledCount > replicas.troubled.count {
            let queues = ReplicaView.Queues.these(incomplete.map(\.queue))
            return "not all replicas on the other members are complete: \(queues.words); they have to catch up first"
        }
        return nil
    }

    /// What was on its disk alone, which no decision of ours could bring back.
    private var lost: String? {
        let alone = (view.replicas?.troubled ?? []).filter(isItsAlone).map(\.queue)
        let classic = view.replicas?.onlyOn[node] ?? ReplicaView.Queues()
        let all = ReplicaView.Queues(count: classic.count + alone.count, named: alone + classic.named)
        return all.count == 0 ? nil : all.words
    }

    private func isItsAlone(_ troubled: ReplicaView.Troubled) -> Bool { troubled.members == [node] }
}
