import ClusterModel

extension BrokerCommand {
    /// What makes a node a member, or ends that, and what follows for its replicas. `rabbitmqctl join_cluster` would join
    /// a node that holds something, and `forget_cluster_node` leaves the replicas of its queues behind.
    init(membership change: MembershipChange, under precondition: Precondition?, reading: String?) {
        if case .join(let seed, let type) = change {
            self.init(
                MembershipScript.join(seed: seed, nodeType: type),
                shown: "Join(\(seed.printable), \(type.rawValue)): refuse unless the node is blank, stop its "
                    + "application, join, start it")
            return
        }
        let parts = Self.parts(change, members: precondition?.members ?? [])
        let script = ChangeScript.script(
            parts.purpose, definitions: parts.definitions, change: parts.call, under: precondition, reading: reading)
        self.init(script, shown: parts.shown)
    }

    private struct Parts {
        let purpose: String
        let definitions: [String]
        let call: String
        let shown: String
    }

    private static func parts(_ change: MembershipChange, members: [String]) -> Parts {
        switch change {
        case .join: Parts(purpose: "join", definitions: [], call: "ok", shown: "")
        case .remove(let member):
            Parts(
                purpose: "leave", definitions: [MembershipScript.leaving],
                call: MembershipScript.leave(member, of: members),
                shown: "Leave(\(member.printable)): drain, move the replicas of its queues, stop, forget")
        case .forget(let member, let lost):
            Parts(
                purpose: "forget", definitions: [ReplicaScript.definition, ReplacementScript.forgetting],
                call: ReplacementScript.forget(member),
                shown: "Forget(\(member.printable)): refuse if its node answers or a replica elsewhere is behind, take "
                    + "its replicas out of their queues, forget it"
                    + (lost.map { "; lost with its disk: \($0.printable)" } ?? ""))
        case .grow(let member):
            Parts(
                purpose: "grow", definitions: [ReplicaScript.definition, ReplacementScript.growing],
                call: ReplacementScript.grow(member),
                shown: "Grow(\(member.printable)): add a replica of each queue that has fewer than it was declared with"
            )
        case .rebalance:
            Parts(
                purpose: "rebalance", definitions: [], call: ReplacementScript.rebalance,
                shown: "Rebalance(): spread the leaders of quorum queues over the members")
        }
    }
}
