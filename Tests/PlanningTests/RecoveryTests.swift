import ClusterModel
import Planning
import Testing

/// What `warren recover` makes of what is left, over all combinations of what two and three hosts can be.
@Suite struct RecoveryTests {
    private static let (a, b, c) = ("rabbit@mq1", "rabbit@mq2", "rabbit@mq3")
    private static let version = BrokerVersion(4, 0, 5)

    private static func view(_ members: [String], _ running: [String]) -> ClusterView {
        ClusterView(
            version: version, clusterName: "two", members: members, runningMembers: running, partitions: [:], alarms: []
        )
    }

    private static func input(
        _ members: [String], _ directory: NodeDirectory, _ broker: RecoveryInput.Broker,
        _ peers: [String: RecoveryInput.Peer], remembers: Bool = true
    ) -> RecoveryInput {
        RecoveryInput(
            members: members, own: a, directory: directory, broker: broker, peers: peers,
            memory: .init(remembers: remembers, members: remembers ? members : nil))
    }

    private static func mnesia(_ members: [String], last: [String]?) -> NodeDirectory {
        NodeDirectory(.present, store: .mnesia, members: members, lastRunning: last)
    }

    /// Every world of two or three members.
    private static func worlds(_ members: [String]) -> [RecoveryInput] {
        let directories: [NodeDirectory] =
            [.init(.blank), .init(.fresh), .init(.unreadable), .init(.blank, strangers: [c]), .init(.present)]
            + [nil, [], [a], [a, b], members].map { mnesia(members, last: $0) }
            + [
                mnesia([b, c], last: [b]), NodeDirectory(.present, store: .mnesia),
                NodeDirectory(.present, store: .khepri),
            ]
        let brokers: [RecoveryInput.Broker] =
            [.stopped, .booting, .paused, .unknown("?")]
            + [[a], [a, b], members].map { .running(view(members, $0)) }
        let states: [RecoveryInput.Peer] = [
            .silent, .unclear("?"), .blank(remembers: true), .blank(remembers: false), .down(lastRunning: nil),
            .down(lastRunning: [b]), .down(lastRunning: members), .running(members: members, runningMembers: members),
            .running(members: [b], runningMembers: [b]),
        ]
        let peers = members.dropFirst().reduce([[:]]) { all, node in
            all.flatMap { known in states.map { state in known.merging([node: state]) { $1 } } }
        }
        return directories.flatMap { directory in
            brokers.flatMap { broker in
                peers.flatMap { peers in
                    [true, false].map { input(members, directory, broker, peers, remembers: $0) }
                }
            }
        }
    }

    @Test("no plan does a dangerous thing that its guard refuses, in any world of two or three members")
    func guarded() {
        var plans = 0
        for world in Self.worlds([Self.a, Self.b]) + Self.worlds([Self.a, Self.b, Self.c]) {
            guard case .plan(let plan) = Recovery(world).finding else { continue }
            plans += 1
            #expect(!plan.losses.isEmpty && !plan.verbs.isEmpty)
            var now = world
            for step in plan.steps {
                let refusal = RecoveryGuards(now).refusal(of: step)
                guard refusal == nil else {
                    Issue.record("\(step) refused: \(refusal ?? "") in \(world)")
                    return
                }
                switch step {
                case .stopBroker: now.broker = .stopped
                case .beginStart: now.broker = .booting
                case .startBroker, .standalone: now.broker = .running(Self.view([Self.a], [Self.a]))
                case .forget(let node):
                    guard case .running(let view) = now.broker else { break }
                    let members = view.members.filter { $0 != node }
                    now.broker = .running(Self.view(members, view.runningMembers))
                default: break
                }
            }
        }
        #expect(plans > 50)
    }

    @Test("replacing anything known by unknown never makes a plan that was none")
    func unknownIsNotAbsent() {
        for world in Self.worlds([Self.a, Self.b]) {
            if case .plan = Recovery(world).finding { continue }
            var blind = world
            blind.peers[Self.b] = .unclear("?")
            var deaf = world
            deaf.broker = .unknown("?")
            var lost = world
            (lost.directory.store, lost.directory.members, lost.directory.lastRunning) = (nil, nil, nil)
            for less in [blind, deaf, lost] {
                guard case .plan = Recovery(less).finding else { continue }
                Issue.record("\(world) without a reading gave a plan")
                return
            }
        }
    }

    @Test("two members whose data is there need nothing, whatever they last saw", arguments: [[a], [a, b], [b]])
    func automatic(last: [String]) {
        let world = Self.input(
            [Self.a, Self.b], Self.mnesia([Self.a, Self.b], last: last), .booting,
            [Self.b: .down(lastRunning: [Self.b])])
        guard case .nothing = Recovery(world).finding else { return #expect(Bool(false)) }
    }

    @Test("scenario 3: the one that runs forgets the one that is gone")
    func scenarioThree() throws {
        let world = Self.input(
            [Self.a, Self.b], Self.mnesia([Self.a, Self.b], last: [Self.a]),
            .running(Self.view([Self.a, Self.b], [Self.a])), [Self.b: .silent])
        let plan = try #require(Recovery(world).plan)
        #expect(plan.scenario == 3)
        #expect(plan.steps == [.forget(Self.b), .shrinkQueues])
    }

    @Test(
        "scenario 4 with Mnesia: the broker is stopped before the other one is forgotten offline",
        arguments: [true, false])
    func scenarioFour(remembers: Bool) throws {
        let world = Self.input(
            [Self.a, Self.b], Self.mnesia([Self.a, Self.b], last: [Self.a, Self.b]), .booting, [Self.b: .silent],
            remembers: remembers)
        let plan = try #require(Recovery(world).plan)
        #expect(plan.scenario == (remembers ? 4 : 5))
        #expect(plan.steps == [.suspend, .stopBroker, .forgetOffline(Self.b), .startBroker, .shrinkQueues, .resume])
    }

    @Test("scenario 4 with Khepri: the node that waits is made the only one")
    func khepri() throws {
        let world = Self.input(
            [Self.a, Self.b], NodeDirectory(.present, store: .khepri), .booting, [Self.b: .silent])
        #expect(try #require(Recovery(world).plan).steps.contains(.standalone))
    }

    @Test("scenario 4 with three: only the one that stopped later acts, and with force_boot, as the other one waits")
    func three() throws {
        let members = [Self.a, Self.b, Self.c]
        func finding(own: [String], other: [String]) -> RecoveryFinding {
            Recovery(
                Self.input(
                    members, Self.mnesia(members, last: own), .booting,
                    [Self.b: .down(lastRunning: other), Self.c: .silent])
            ).finding
        }
        guard case .byHand(let words) = finding(own: members, other: [Self.c]) else { return #expect(Bool(false)) }
        #expect(words.contains(Self.b))
        guard case .plan(let plan) = finding(own: [Self.a, Self.c], other: members) else { return #expect(Bool(false)) }
        #expect(plan.verbs == ["force_boot", "forget_cluster_node"])
    }

    @Test("scenario 6: a new cluster only where every host that answers is blank and a majority does")
    func scenarioSix() throws {
        func finding(_ peer: RecoveryInput.Peer) -> RecoveryFinding {
            Recovery(Self.input([Self.a, Self.b], NodeDirectory(.blank), .stopped, [Self.b: peer])).finding
        }
        guard case .plan(let plan) = finding(.blank(remembers: false)) else { return #expect(Bool(false)) }
        #expect(plan.scenario == 6)
        #expect(plan.steps == [.forgetCluster])
        for peer in [RecoveryInput.Peer.silent, .unclear("?")] {
            guard case .unclear = finding(peer) else { return #expect(Bool(false)) }
        }
        guard case .byHand = finding(.down(lastRunning: nil)) else { return #expect(Bool(false)) }
    }
}

extension Recovery {
    fileprivate var plan: RecoveryPlan? { if case .plan(let plan) = finding { plan } else { nil } }
}
