import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

/// What the agent of a host does about its own node, over every combination of what it may know.
@Suite struct HealingTests {
    static let members = ["rabbit@a", "rabbit@b", "rabbit@c"]
    static let own = "rabbit@c"

    /// Who else says what: nobody is heard, one runs alone, a majority agrees, two disagree.
    static let worlds: [String: [String: PeerView]] = [
        "nobody is heard": [:],
        "one is paused": ["rabbit@b": peer("rabbit@b", .paused, nil)],
        "one runs alone": ["rabbit@a": peer("rabbit@a", .running, ["rabbit@a"])],
        "a majority": [
            "rabbit@a": peer("rabbit@a", .running, ["rabbit@a", "rabbit@b"]),
            "rabbit@b": peer("rabbit@b", .running, ["rabbit@a", "rabbit@b"]),
        ],
        "half a majority": ["rabbit@a": peer("rabbit@a", .running, ["rabbit@a", "rabbit@b"])],
        "two that disagree": [
            "rabbit@a": peer("rabbit@a", .running, ["rabbit@a", "rabbit@b"]),
            "rabbit@b": peer("rabbit@b", .running, ["rabbit@b", "rabbit@c"]),
        ],
        "all": [
            "rabbit@a": peer("rabbit@a", .running, members), "rabbit@b": peer("rabbit@b", .running, members),
        ],
    ]

    static func peer(_ node: String, _ state: NodeState, _ running: [String]?) -> PeerView {
        var view = PeerView(
            node: node, data: .present, hasSeenCluster: true, isRunning: running != nil,
            members: running.map { _ in members }, runningMembers: running)
        view.state = state
        return view
    }

    /// Every combination of state, world, readings, durations and memory.
    static let all: [(world: String, healing: NodeHealing)] = {
        var all: [(String, NodeHealing)] = []
        let states: [NodeState] = [
            .noProcess, .noPortMapper, .frozen, .booting, .stopped, .paused, .running, .behind, .splitOff, .drained,
            .unknown,
        ]
        let holdings: [SplitHoldings?] = [
            nil, SplitHoldings(messages: 0, queues: []),
            SplitHoldings(messages: 5, queues: [ResourceID("queue", vhost: "/", name: "q")]),
        ]
        for state in states {
            for (world, peers) in worlds.sorted(by: { $0.key < $1.key }) {
                for process in NodeReadings.Process.allCases {
                    for registration in NodeReadings.Registration.allCases {
                        for seconds in [0, 121] {
                            for held in state == .splitOff ? holdings : [nil] {
                                for (mayDiscard, isUnfinished) in [(false, false), (true, false), (false, true)] {
                                    var healing = NodeHealing(own: own, members: members, state: state)
                                    healing.peers = peers
                                    healing.readings = NodeReadings(
                                        process: process, registration: registration, view: view(state))
                                    healing.seconds = seconds
                                    healing.idleSeconds = seconds
                                    healing.replicasGoneSeconds = seconds
                                    healing.holdings = held
                                    healing.mayDiscard = mayDiscard
                                    healing.isUnfinished = isUnfinished
                                    all.append((world, healing))
                                }
                            }
                        }
                    }
                }
            }
        }
        return all
    }()

    static func view(
        _ state: NodeState, running: [String] = members, leader: String? = "rabbit@a", alarms: [String] = []
    ) -> ClusterView? {
        guard state.isInService else { return nil }
        let queue = ReplicaView.Queue(vhost: "/", name: "q", type: .quorum)
        return ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "c", members: members, runningMembers: running,
            alarms: alarms,
            replicas: ReplicaView(troubled: [.init(queue: queue, leader: leader, members: members, silent: [own])]))
    }

    private static func repair(_ healing: NodeHealing) -> NodeRepair? {
        if case .do(let repair) = healing.decision { repair } else { nil }
    }

    @Test("A node rejoins no majority that does not count it, and none while it has not joined anything")
    func otherMajority() {
        // Both found by the simulator, in which such nodes were restarted for ever.
        var healing = NodeHealing(own: Self.own, members: Self.members, state: .splitOff)
        let others = ["rabbit@a", "rabbit@b"]
        for node in others {
            healing.peers[node] = PeerView(
                node: node, data: .present, hasSeenCluster: true, isRunning: true, members: others,
                runningMembers: others)
        }
        healing.seconds = 100_000
        healing.holdings = SplitHoldings(messages: 0, queues: [])
        healing.readings.view = Self.view(.splitOff, running: [Self.own])
        guard case .refuse(let reason, _) = healing.decision else {
            Issue.record("\(healing.decision)")
            return
        }
        #expect(reason.contains("a cluster that it is no member of"))

        healing.readings.view = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "c", members: [Self.own], runningMembers: [Self.own])
        #expect(healing.decision == .wait("it runs alone and has not joined yet"))
    }

    @Test("Each repair is done in its own state alone, and never where the state is unknown")
    func states() {
        for (world, healing) in Self.all {
            guard let repair = Self.repair(healing) else { continue }
            let states: [NodeState] =
                switch repair {
                case .startPortMapper: [.noPortMapper]
                case .rejoin: [.splitOff]
                case .restartPaused: [.paused]
                case .restoreReplicas: [.running, .behind, .drained]
                case .killFrozen: [.frozen]
                case .finish: [.stopped]
                case .reconfigure, .settle: []
                }
            #expect(states.contains(healing.state), "\(world): \(repair) in \(healing.state)")
        }
        let done = Set(Self.all.compactMap { Self.repair($0.healing)?.means })
        #expect(
            done == Set(NodeRepair.Means.allCases).subtracting([.reconfigure, .settle]), "some repair is never done")
    }

    @Test("A paused node is restarted only where another one runs alone, and its application is never started by us")
    func paused() {
        for (world, healing) in Self.all where healing.state == .paused {
            let repair = Self.repair(healing)
            #expect((repair != nil) == (world == "one runs alone" && healing.seconds > 120), "\(world)")
            if let repair { #expect(repair == .restartPaused(witness: "rabbit@a")) }
        }
    }

    @Test("What a person stopped stays stopped, by the application's stop or by a signal")
    func stopped() {
        for (world, healing) in Self.all {
            if healing.state == .stopped {
                let isDone = Self.repair(healing) != nil
                #expect(isDone == (healing.isUnfinished && world == "a majority"), "\(world)")
            }
            if healing.state == .frozen, healing.readings.process == .stoppedBySignal {
                guard case .refuse = healing.decision else {
                    Issue.record("\(world): \(healing.decision)")
                    continue
                }
            }
        }
    }

    @Test("Nothing that leaves a side of a partition is done without a majority that agrees")
    func majority() {
        for (world, healing) in Self.all {
            switch Self.repair(healing) {
            case .rejoin, .killFrozen, .finish: #expect(world == "a majority")
            default: break
            }
        }
    }

    @Test("A split-off node that alone holds messages is left alone, unless the manifest lets them go")
    func holdings() {
        for (world, healing) in Self.all where healing.state == .splitOff && world == "a majority" {
            let isLong = healing.seconds > 120
            switch (healing.holdings?.messages, healing.mayDiscard) {
            case (nil, _): #expect(Self.repair(healing) == nil)
            case (0, _):
                #expect((Self.repair(healing) == .rejoin(witness: "rabbit@a", discards: nil)) == isLong)
            case (_, true):
                let words = "5 messages that it alone holds, in queue //q"
                #expect((Self.repair(healing) == .rejoin(witness: "rabbit@a", discards: words)) == isLong)
                #expect(Self.repair(healing)?.steps.contains("discard \(words), keep its definitions") != false)
            case (_, false):
                #expect(Self.repair(healing) == nil)
                guard isLong else { continue }
                #expect("\(healing.decision)".contains("discardMinority"), "\(healing.decision)")
            }
        }
    }

    @Test("Whatever becomes unknown, no other repair is done than before")
    func unknown() {
        for (world, healing) in Self.all {
            let repair = Self.repair(healing)
            var less = healing
            for peer in healing.peers.keys {
                less.peers[peer] = nil
                let now = Self.repair(less)
                let isTwoOfThree = world == "all" || world == "two that disagree"
                #expect(now == nil || now == repair || isTwoOfThree, "\(world) without \(peer): \(healing.state)")
                less = healing
            }
            less.holdings = nil
            less.idleSeconds = nil
            less.readings.process = .unknown
            less.readings.registration = .unknown
            #expect([nil, repair].contains(Self.repair(less)))
            less.readings.view = nil
            #expect([nil, repair].contains(Self.repair(less)))
        }
    }

    @Test("Replicas that are gone are brought back one member at a time, with no alarm, and with a leader elsewhere")
    func replicas() {
        var healing = NodeHealing(own: Self.own, members: Self.members, state: .running)
        healing.replicasGoneSeconds = 60
        func decision(_ view: ClusterView?) -> Healing {
            healing.readings = NodeReadings(view: view)
            return healing.decision
        }
        #expect(decision(Self.view(.running)) == .do(.restoreReplicas(witness: "rabbit@a")))
        #expect("\(decision(Self.view(.running, running: ["rabbit@a", "rabbit@c"])))".contains("rabbit@b runs"))
        #expect("\(decision(Self.view(.running, alarms: ["disk"])))".contains("alarm"))
        guard case .refuse = decision(Self.view(.running, leader: nil)) else {
            Issue.record("a queue without a leader")
            return
        }
        healing.replicasGoneSeconds = nil
        #expect(decision(Self.view(.running)) == .none)
    }

    @Test("A node is repaired three times an hour, then a person is asked")
    func budget() {
        for (_, healing) in Self.all where Self.repair(healing) != nil {
            var often = healing
            often.repairs = 2
            #expect(often.decision == healing.decision)
            often.repairs = 3
            guard case .refuse = often.decision else {
                Issue.record("\(often.decision)")
                continue
            }
        }
    }

    @Test("A start after which the node waited in vain for its peers' tables does not count")
    func starts() {
        func spent(_ seconds: [Int64], now: Int64) -> Int {
            StartBudget.spent(
                seconds.map { Timestamp(milliseconds: $0 * 1000) }, at: Timestamp(milliseconds: now * 1000))
        }
        #expect(spent([], now: 0) == 0)
        #expect(spent([0, 5, 12], now: 14) == 3)
        #expect(spent([0, 305, 611, 916], now: 1222) == 0)
        #expect(spent([0, 305, 611, 620], now: 630) == 2)
        #expect(spent([0], now: 900) == 1)
    }

    @Test("A plan names the node's state, and either what is done or the way out")
    func plan() throws {
        func plan(_ healing: Healing, _ state: NodeState) -> Plan {
            var host = HostView(node: Self.own)
            host.nodeState = state
            host.healing = healing
            let node = NodeKind.observed(Self.own, state, gone: 0)
            let observation = Observation(
                readings: ["node": .known([node.id: node])], cluster: .unknown("down"), host: host,
                readAt: Timestamp(milliseconds: 0))
            return Planner.plan(
                PlanningInput(
                    desired: [NodeKind.resource(Self.own, healing)], observation: observation, members: Self.members))
        }
        for means in NodeRepair.Means.allCases {
            for discards in [nil, "5 messages"] {
                let repair = NodeRepair(means, witness: "rabbit@a", discards: discards)
                #expect(plan(.do(repair), .splitOff).actions.map(\.change) == [.node(repair)])
            }
        }
        let refused = plan(.refuse("it paused itself", wayOut: "mend the network"), .paused)
        #expect(refused.actions.isEmpty)
        #expect(refused.blocked.map(\.reason) == ["it paused itself: mend the network"])
        #expect("\(refused.drift[0])".contains("paused"))
        #expect(plan(.none, .behind).drift.isEmpty)
    }
}
