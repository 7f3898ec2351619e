import ClusterModel

/// Whether the cluster that a node is part of is the one that the manifest is about (safety rule 6).
///
/// RabbitMQ gives each cluster an identity of its own. Each host pins the one that it sees when the cluster has formed;
/// another one under the same manifest is another cluster, be its nodes' names the same.
public struct ClusterIdentity: Sendable {
    /// The node names of the manifest's brokers.
    let members: [String]
    /// What the own node says, which is a member.
    let view: ClusterView
    let pinned: String?

    public init(members: [String], view: ClusterView, pinned: String?) {
        self.members = members
        self.view = view
        self.pinned = pinned
    }

    /// The identity that is to be pinned now: once a majority of the manifest's members are in one cluster, as a node
    /// of another one that stands under a member's name is alone with it.
    public var newPin: String? {
        pinned == nil && Self.isFormed(members, in: view.members) ? view.identity : nil
    }

    /// Whether another node tells that it runs in the manifest's cluster. A host that heard of it keeps others from founding
    /// a second one where the disks of its members are gone before its own node joined.
    public static func isTold(by peers: [String: PeerView], members: [String]) -> Bool {
        peers.values.contains { peer in
            let cluster = peer.isRunning ? peer.members ?? [] : []
            return cluster.count > 1 && isFormed(members, in: cluster)
        }
    }

    /// Whether more than half of the manifest's members are in one cluster.
    private static func isFormed(_ members: [String], in cluster: [String]) -> Bool {
        members.filter(cluster.contains).count * 2 > members.count
    }

    /// Why nothing may be written to the cluster that the node is part of.
    public var problem: String? {
        guard let pinned, let identity = view.identity, identity != pinned else { return nil }
        return "the node is part of another cluster (\(identity.printable), with "
            + "\(view.members.joined(separator: ", "))) than the one that this manifest made or took over "
            + "(\(pinned)); take the node that does not belong here away, or, where the new cluster is the right one, "
            + "stop the agent, move its state file away and start it"
    }

    /// Whether a host remembers the manifest's cluster. The founder has seen one as soon as it runs, every other one as soon
    /// as it is with others or hears of them. The pin outlasts what was read last: a node that comes back blank is alone
    /// until it joins, and its host has seen the cluster all the same.
    ///
    /// - Parameters:
    ///   - hasHeard: whether `isTold` was ever true.
    ///   - last: the members that the node told last; nil where it never told any.
    public static func hasSeenCluster(
        own: String, members: [String], isPinned: Bool, hasHeard: Bool, last: [String]?
    ) -> Bool {
        guard !isPinned, !hasHeard else { return true }
        guard let last else { return false }
        return last.count > 1 || own == members.first
    }
}
