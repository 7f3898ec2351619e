import ClusterModel

/// Tells what state a node is in. In doubt it is unknown, which never leads to an action.
public enum NodeStating {
    /// For how long a node that lives may say nothing before it counts as frozen.
    public static let patience = 120

    /// - Parameters:
    ///   - own: the node.
    ///   - members: those of the manifest.
    ///   - peers: what the agents of the other members say, by node.
    public static func state(
        _ readings: NodeReadings, own: String, members: [String], peers: [String: PeerView]
    ) -> NodeState {
        switch readings.process {
        case .none: return readings.isStarting ? .booting : .noProcess
        case .stoppedBySignal: return .frozen
        case .unknown, .living: break
        }
        switch readings.application {
        case .running: break
        case .paused: return .paused
        case .booting: return .booting
        case .stopped: return .stopped
        case .silent, .unknown: return silent(readings)
        }
        guard let view = readings.view else { return .unknown }
        if isSplitOff(own, view, members: members, peers: peers) { return .splitOff }
        if view.isDrained { return .drained }
        return view.replicas?.incomplete(on: own).count ?? 0 > 0 ? .behind : .running
    }

    /// The state of a node that says nothing of itself.
    private static func silent(_ readings: NodeReadings) -> NodeState {
        if readings.isStarting { return .booting }
        guard readings.process == .living else { return .unknown }
        if readings.registration == .noPortMapper || readings.registration == .absent { return .noPortMapper }
        return readings.application == .silent && readings.silentSeconds >= patience ? .frozen : .unknown
    }

    /// Whether a strict majority of the members agree on a cluster in which this node does not run, although it runs.
    static func isSplitOff(_ own: String, _ view: ClusterView, members: [String], peers: [String: PeerView]) -> Bool {
        guard let majority = Majority(members: members, peers: peers, without: own) else { return false }
        return majority.running != Set(view.runningMembers)
    }
}

/// The running members that a strict majority of the manifest's members sees alike, told by the agents of all of them.
public struct Majority: Hashable, Sendable {
    public let running: Set<String>
    /// The first of them in manifest order.
    public let first: String

    /// Nil where there is none that does without `own`.
    public init?(members: [String], peers: [String: PeerView], without own: String) {
        let views = members.filter { $0 != own }.compactMap { peers[$0] }.filter(\.isRunning)
        for view in views {
            let running = Set(view.runningMembers ?? [])
            guard !running.contains(own), members.count(where: running.contains) * 2 > members.count,
                running.allSatisfy({ node in peers[node].map { Set($0.runningMembers ?? []) } == running })
            else { continue }
            self.running = running
            first = members.first(where: running.contains) ?? view.node
            return
        }
        return nil
    }
}
