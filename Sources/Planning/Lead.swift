import ClusterModel
import ResourceKinds

/// The one agent that applies cluster-scope actions: that of the first running member in manifest order.
///
/// All agents that see one view give one answer, and who sees no majority or a partition applies nothing, so that this
/// costs nothing while nothing drifts. The lease makes it one also where views differ for a moment.
public struct Lead: Hashable, Sendable {
    /// The node of the lead; nil where no member runs.
    public let node: String?
    /// This host's node; nil on a host without a broker.
    public let own: String?

    public init(members: [String], running: [String], own: String?) {
        node = members.first(where: running.contains)
        self.own = own
    }

    public var isOwn: Bool { own != nil && own == node }

    /// Why this host leaves cluster-scope actions alone.
    var refusal: Refusal? {
        guard !isOwn else { return nil }
        guard let node else { return Refusal(.other("lead"), "no member of the manifest runs") }
        return Refusal(.other("lead"), "\(node) leads, and its agent applies what concerns the cluster")
    }
}

extension Change {
    /// What a change interrupts.
    var disruption: Action.Disruption {
        switch self {
        case .merge, .remove, .restart, .plugins, .start: .none
        case .file(let file): file.reader == .rabbitmq ? .none : .reload
        case .membership(.grow), .membership(.rebalance), .membership(.forget): .none
        case .node(.startPortMapper): .none
        case .membership, .node: .restart
        }
    }
}
