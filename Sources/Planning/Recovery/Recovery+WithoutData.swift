import ClusterModel

extension Recovery {
    /// The node has no data: others have it, or nobody has any more.
    var withoutData: RecoveryFinding {
        let others = input.members.filter { $0 != input.own }
        if let stranger = input.directory.strangers.first {
            return .byHand(
                "This host has no data of \(input.own), and that of \(input.directory.strangers.joined(separator: ", ")): "
                    + "give this machine that node's name and address (\(Self.host(stranger))), or move the directory away."
            )
        }
        if let runs = input.runningPeers.first {
            guard case .running(let members, _) = input.peer(runs), members.contains(input.own) else {
                return .nothing("\(runs) runs: the agent of this host makes \(input.own) join it.")
            }
            return .byHand("\(runs) still counts \(input.own) as a member: run warren recover on its host.")
        }
        if let holder = others.first(where: { input.peer($0).isDown }) {
            return .byHand("\(holder) has the data of the cluster: run warren recover on its host.")
        }
        let doubts = input.doubts(others)
        guard doubts.isEmpty else { return .unclear(doubts) }
        let blank = others.filter { input.peer($0) != .silent }
        let witnesses = others.filter { input.peer($0) == .blank(remembers: true) }
        guard input.memory.remembers || !witnesses.isEmpty else {
            return .nothing("All hosts that answer are blank and none remembers a cluster: the agents found one.")
        }
        guard (blank.count + 1) * 2 > input.members.count else {
            return .unclear([
                "\(Self.list(input.gone(others).filter { !blank.contains($0) })): nothing answers there, and a majority "
                    + "of the brokers' hosts is needed for a new cluster"
            ])
        }
        guard input.memory.remembers else {
            return .byHand("\(Self.list(witnesses)) remembers a cluster: run warren recover on its host.")
        }
        return .plan(newCluster)
    }

    private var newCluster: RecoveryPlan {
        let export =
            input.memory.export.map {
                " When it runs, warren recover --definitions \($0) brings queues, bindings and the rest back from the "
                    + "newest export, which has no secrets."
            } ?? ""
        return RecoveryPlan(
            6, "All hosts that answer are blank, and this one remembers a cluster: its data is gone everywhere.",
            losses: [
                "All messages. \(lastCount)",
                "What is neither in the manifest nor in the newest export of the definitions: users and their passwords.",
            ], steps: [.forgetCluster],
            afterwards:
                "Do the same on every other broker's host that remembers the cluster; then the agents found the "
                + "new one." + export)
    }

    private var lastCount: String {
        guard let messages = input.memory.messages, let readAt = input.memory.readAt else {
            return "How many there were is not known."
        }
        return "When they were last counted, at \(readAt.iso8601), there were about \(messages), "
            + "without those of classic queues where the management plugin is off."
    }
}
