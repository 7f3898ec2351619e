import ClusterModel
import ResourceKinds

/// Decides what the agent of a host does about its own node. Total: whatever is unknown leads to no repair.
///
/// The rules and the experiments behind them are those of docs/safety.md, "When a node is not in service".
public struct NodeHealing: Sendable {
    /// How often a node is repaired within an hour (safety rule 9).
    public static let repairsPerHour = 3
    /// For how many seconds replicas must have been gone: a queue that is just declared has none for a moment.
    public static let replicaPatience = 60
    /// For how many seconds the port mapper may not know the node's name: it comes back to it by itself.
    public static let registrationPatience = 120

    public var own: String
    /// Those of the manifest, in its order.
    public var members: [String]
    public var state: NodeState
    /// What the state was told from.
    public var readings = NodeReadings()
    /// For how many seconds it has been in this state, as far as this agent knows.
    public var seconds = 0
    /// For how many seconds the kernel has counted no work of the node; nil where it is not known.
    public var idleSeconds: Int?
    /// For how many seconds replicas of this node have been gone; nil where none is.
    public var replicasGoneSeconds: Int?
    /// What the agents of the other members say, by node.
    public var peers: [String: PeerView] = [:]
    /// Erlang's `net_ticktime`, after which a silent peer counts as gone.
    public var tickTime = 60
    /// What this side of a split alone holds; nil where it is not known.
    public var holdings: SplitHoldings?
    /// Whether the manifest lets a minority that holds messages be discarded.
    public var mayDiscard = false
    /// Whether the last repair of this node did not say how it ended.
    public var isUnfinished = false
    /// Repairs of this node within the last hour.
    public var repairs = 0

    public init(own: String, members: [String], state: NodeState) {
        self.own = own
        self.members = members
        self.state = state
    }

    public var decision: Healing {
        let decision = unlimited
        guard case .do(let repair) = decision, repairs >= Self.repairsPerHour else { return decision }
        return .refuse(
            "it was repaired \(repairs) times within an hour and needs it again (\(repair.reason))",
            wayOut: "see its log and the states of all with warren status --cluster, and repair it by hand")
    }

    private var unlimited: Healing {
        switch state {
        case .noProcess, .unknown: .none
        case .booting: .wait("it is on its way up, perhaps waiting for its peers; Warren waits for it")
        case .noPortMapper: unregistered
        case .frozen: frozen
        case .paused: paused
        case .stopped: stopped
        case .splitOff: splitOff
        case .running, .behind, .drained: inService
        }
    }

    private var majority: Majority? { Majority(members: members, peers: peers, without: own) }

    private var unregistered: Healing {
        if readings.registration == .noPortMapper { return .do(.startPortMapper) }
        guard seconds >= Self.registrationPatience else {
            return .wait("the port mapper does not know its name yet; the node enters it by itself")
        }
        return .refuse(
            "the node lives and the port mapper has not known its name for \(seconds) s",
            wayOut: "see its log for epmd, and restart RabbitMQ on this host when no other member is down")
    }

    /// Never started by us: where no majority is, it would become a cluster of its own (facts/failure-modes §0.1).
    private var paused: Healing {
        if majority != nil {
            return .refuse(
                "it paused itself and a majority of the members goes on without it",
                wayOut: "mend the network between it and each of the others; it returns by itself")
        }
        guard let alone = members.first(where: runsAlone), members.count > 2 else {
            return .refuse(
                "it paused itself, as a majority of the members can't be seen",
                wayOut: "mend the network or start the other members; it returns by itself")
        }
        return after(2 * tickTime, "it is paused and so is another member, while \(alone) runs alone") {
            .do(.restartPaused(witness: alone))
        }
    }

    private func runsAlone(_ node: String) -> Bool {
        node != own && peers[node]?.isRunning == true && peers[node]?.runningMembers == [node]
    }

    private var stopped: Healing {
        guard isUnfinished else {
            return .refuse("a person stopped its application", wayOut: "start it with: rabbitmqctl start_app")
        }
        guard let majority else {
            return .wait("a repair stopped its application; it is started as soon as a majority of the members runs")
        }
        return .do(.finish(witness: majority.first))
    }

    private var frozen: Healing {
        if readings.process == .stoppedBySignal {
            return .refuse(
                "somebody stopped its process with a signal",
                wayOut: "let it go on with kill -CONT, or kill it: then it is started")
        }
        guard let majority else {
            return .wait(
                "it lives and says nothing; it is killed only where a majority of the members goes on without it")
        }
        guard let idleSeconds, idleSeconds >= NodeStating.patience else {
            return .wait(
                "it says nothing and a majority goes on without it, but it works or was not watched long enough")
        }
        return .do(.killFrozen(witness: majority.first))
    }

    private var splitOff: Healing {
        guard let majority else { return .wait("the others' agents do not agree on a majority") }
        // Started to join, it is no part yet that could come back.
        if let view = readings.view, view.members.count < 2 { return .wait("it runs alone and has not joined yet") }
        guard peers[majority.first]?.members?.contains(own) == true else {
            return .refuse(
                "a majority of the members is a cluster that it is no member of",
                wayOut:
                    "find out which of the two holds the messages that are wanted; warren recover says what is possible"
            )
        }
        return after(2 * tickTime, "a majority of the members goes on without it") {
            guard let holdings else {
                return .wait("it is split off, and what it alone holds could not be read")
            }
            guard holdings.messages == 0 || mayDiscard else {
                return .refuse(
                    "it is split off from the majority: \(holdings.words)",
                    wayOut: "consume them from this node or move them away, or set "
                        + "spec.membership.discardMinority: automatic, which discards them")
            }
            return .do(.rejoin(witness: majority.first, discards: holdings.messages == 0 ? nil : holdings.words))
        }
    }

    private var inService: Healing {
        guard let gone = replicasGoneSeconds else { return .none }
        guard let view = readings.view, let replicas = view.replicas else { return .none }
        let queues = replicas.silent(on: own)
        guard gone >= Self.replicaPatience else {
            return .wait("the processes of its replicas of \(queues.words) are gone; Warren looks again")
        }
        if let down = members.first(where: { !view.runningMembers.contains($0) }) {
            return .wait("its replicas of \(queues.words) are gone; it is restarted when \(down) runs, one at a time")
        }
        guard view.partitions.isEmpty, view.alarms.isEmpty else {
            return .wait("its replicas of \(queues.words) are gone; it is restarted without a partition and an alarm")
        }
        let affected = replicas.troubled.filter { $0.silent.contains(own) }
        if let lost = affected.first(where: { $0.leader == nil }) {
            return .refuse(
                "its replica of \(lost.queue.id) is gone, and no member leads that queue",
                wayOut: "restart the members one by one by hand; the queue's other replicas decide what is left of it")
        }
        guard let witness = members.first(where: { $0 != own }) else {
            return .refuse("its replicas of \(queues.words) are gone", wayOut: "restart RabbitMQ on this host")
        }
        return .do(.restoreReplicas(witness: witness))
    }

    /// What is decided once the state has lasted.
    private func after(_ limit: Int, _ words: String, _ decide: () -> Healing) -> Healing {
        guard seconds > limit else { return .wait("\(words); Warren acts when that has lasted \(limit) s") }
        return decide()
    }
}

extension HostView {
    /// The node of a broker host as a resource; nil where another kind tells of it, or nothing is known.
    ///
    /// - Parameters:
    ///   - members: those of the manifest.
    ///   - cluster: what the node told; nil where it does not run.
    public func nodeResource(members: [String], cluster: ClusterView?) -> Resource? {
        guard let node else { return nil }
        let isWaiting = if case .wait = healing { true } else { false }
        switch nodeState {
        case .noProcess, .unknown: return nil
        case .booting where services[.rabbitmq] != .running: return nil
        // It just came up: it sees all the others, whose agents have not looked again yet.
        case .splitOff where cluster.map { Set($0.runningMembers) == Set(members) } == true && isWaiting:
            return NodeKind.observed(node, .running, gone: 0)
        default: break
        }
        let gone = healing == .none ? 0 : cluster?.replicas?.silent(on: node).count ?? 0
        return NodeKind.observed(node, nodeState, gone: gone)
    }
}
