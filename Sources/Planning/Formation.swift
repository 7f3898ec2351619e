import ClusterModel

/// How a cluster forms out of blank nodes, with exactly one founder however their starts interleave.
///
/// Each agent decides for its own node, out of what the agents of the others say. Only the manifest's first broker
/// founds, only when a majority of the agents was heard, itself counted, and none of them has ever seen a cluster
/// (safety rule 6). A blank node that others still count as a member stays down until they forgot it (rule 4).
public struct Formation: Sendable {
    /// The node names of the manifest's brokers, in its order.
    let members: [String]
    let own: PeerView
    /// What the others said; a member that is not in it was not heard.
    let peers: [String: PeerView]

    public init(members: [String], own: PeerView, peers: [String: PeerView]) {
        self.members = members
        self.own = own
        self.peers = peers.filter { $0.key != own.node && members.contains($0.key) }
    }

    /// Whether the node, which does not run, may be started.
    public var start: StartDecision {
        switch own.data {
        case .present: return .start
        case .unreadable:
            return .wait("its data directory can't be read: mount its disk or mend its permissions")
        case .blank, .fresh: return startOfBlank
        }
    }

    /// Whether the node, which runs and is not part of the cluster, may join it.
    public var join: JoinDecision {
        if let claim { return .wait(claim) }
        if let seed = seeds.first { return .seed(seed.node) }
        return .wait(isolated ?? "no running member that it could join was heard")
    }

    /// Whether the node, which runs and sees `cluster`, is part of the cluster: together with another one, or as its
    /// beginning.
    public func isMember(seenIn cluster: ClusterView) -> Bool {
        cluster.members.count > 1 || members.count == 1
            // The first one founded, unless its disk was lost and it was started to join: then it is nobody's beginning.
            || own.node == members.first && own.data != .fresh && clustered.isEmpty
    }

    /// The members of the cluster, as the node sees them, or as the others do while it is not part of it.
    public func members(seenIn cluster: ClusterView) -> [String] {
        if isMember(seenIn: cluster) { return cluster.members }
        return clustered.first?.members ?? []
    }

    private var startOfBlank: StartDecision {
        if let claim { return .wait(claim) }
        if let seed = seeds.first { return .startToJoin(seed: seed.node) }
        if let isolated { return .wait(isolated) }
        if let holder = heard.first(where: { $0.data == .present || $0.data == .unreadable }) {
            let state =
                holder.data == .unreadable
                ? "has data that can't be read" : "has the data of a cluster and is not known to run"
            return .wait("\(holder.node) \(state); it has to be up before a blank node joins")
        }
        if let witness = ([own] + heard).first(where: \.hasSeenCluster) {
            return .wait(
                "the host of \(witness.node) remembers a cluster, and all nodes that were heard are blank; "
                    + "a person has to say that a new cluster is wanted: mount their disks, or, where the data is really "
                    + "gone, call warren recover on the hosts that remember")
        }
        let count = heard.count + 1
        guard count * 2 > members.count else {
            return .wait("only \(count) of the \(members.count) brokers' agents were heard, and a majority is needed")
        }
        guard let first = members.first, first != own.node else { return .found }
        guard peers[first] != nil else {
            return .wait("\(first) is the first of the manifest and has to found the cluster; its agent was not heard")
        }
        // It boots while the founder does, and joins once that one runs.
        return .startToJoin(seed: first)
    }

    /// Why a blank node must not come up: others still count it as a member (safety rule 4).
    private var claim: String? {
        running.first { $0.members?.contains(own.node) == true }.map {
            "\($0.node) still counts it as a member; it has to be forgotten there before it can join again"
        }
    }

    /// In manifest order.
    private var heard: [PeerView] { members.compactMap { peers[$0] } }
    private var running: [PeerView] { heard.filter { $0.isRunning && $0.members != nil } }

    /// Those that are the cluster. A fresh node, which was just started to join, is none, be it the first of the manifest:
    /// it may be there again with a new disk.
    private var clustered: [PeerView] {
        running.filter { ($0.members ?? []).count > 1 || $0.data == .present }
    }

    /// Those of the cluster that it may join: with more than half of their cluster's members. One that is split off would
    /// get a majority of its own out of the blank node, and its queues a leader that lacks what the others confirmed.
    private var seeds: [PeerView] {
        clustered.filter { seed in
            let members = seed.members ?? []
            // One that is just joining is a member before it runs.
            let ready = members.filter { seed.runningMembers?.contains($0) == true || peers[$0]?.data == .fresh }
            return ready.count * 2 > members.count
        }
    }

    /// Why none of the cluster may be joined.
    private var isolated: String? {
        clustered.first.map {
            "\($0.node) runs without a majority of its cluster's members; a majority has to be up before a blank node joins"
        }
    }
}
