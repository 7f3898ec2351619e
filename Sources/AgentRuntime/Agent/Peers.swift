import ClusterModel

extension PeerView {
    /// What the agents of the other hosts say of their nodes, by node.
    public static func all(_ snapshots: [String: HostSnapshot]) -> [String: PeerView] {
        let views = snapshots.values.compactMap { PeerView($0) }
        return Dictionary(views.map { ($0.node, $0) }) { first, _ in first }
    }

    /// What the agent of another host says of its node; nil where it has none or does not tell enough.
    init?(_ snapshot: HostSnapshot) {
        guard let node = snapshot.node, let data = NodeData(rawValue: node.data.rawValue) else { return nil }
        let isRunning = node.state.isInService
        self.init(
            node: node.name, data: data, hasSeenCluster: node.everClustered, isRunning: isRunning,
            members: isRunning ? node.cluster?.members : nil,
            runningMembers: isRunning ? node.cluster?.runningMembers : nil)
        state = node.state
        isRestarting = node.configuration == .restarting
        suspension = snapshot.suspensions.first { $0.scope == .cluster }
    }
}

extension HostSnapshot {
    /// What of a peer's snapshot makes this host look again when it changes.
    var gist: [String] {
        var parts = [revision.attempted ?? ""] + suspensions.map { "\($0.scope.rawValue) \($0.until.milliseconds)" }
        if let node {
            parts += [node.state.rawValue, node.data.rawValue, node.configuration.rawValue]
            parts +=
                node.cluster.map { $0.members + ["/"] + $0.runningMembers + ["/"] + $0.partitions.keys.sorted() } ?? []
        }
        return parts
    }
}
