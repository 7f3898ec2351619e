import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

/// Whether a node is restarted for its configuration, over every combination of what its agent may know.
@Suite struct RollingRestartTests {
    private static let members = ["rabbit@a", "rabbit@b", "rabbit@c"]
    private static let own = "rabbit@c"
    private static let configurations: [RunningConfiguration?] = [
        nil, .current, .outdated(["rabbitmq.conf"]), .unknown("nobody saw it"),
    ]

    /// Each with a word for what is in the way; nil where nothing is.
    private static let worlds: [(obstacle: String?, view: ClusterView?, peers: [String: PeerView])] = [
        (nil, view(), peers()), ("unread", nil, peers()), ("down", view(running: ["rabbit@a", "rabbit@c"]), peers()),
        ("partition", view(partitions: ["rabbit@a": ["rabbit@b"]]), peers()),
        ("alarm", view(alarms: ["memory on rabbit@a"]), peers()),
        ("replicas", view(replicas: nil), peers()),
        ("own replica", view(replicas: ReplicaView(troubled: [behind(own)])), peers()),
        ("silent agent", view(), [:]), ("behind", view(), peers(.behind)), ("maintenance", view(), peers(.drained)),
        ("split", view(), peers(.splitOff)), ("unknown", view(), peers(.unknown)),
    ]

    private static func view(
        running: [String] = members, partitions: [String: [String]] = [:], alarms: [String] = [],
        replicas: ReplicaView? = ReplicaView()
    ) -> ClusterView {
        ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "c", members: members, runningMembers: running,
            partitions: partitions, alarms: alarms, replicas: replicas)
    }

    private static func behind(_ node: String) -> ReplicaView.Troubled {
        ReplicaView.Troubled(
            queue: ReplicaView.Queue(vhost: "/", name: "q", type: .quorum), leader: "rabbit@a", members: members,
            behind: [node])
    }

    private static func peers(_ state: NodeState = .running) -> [String: PeerView] {
        [
            "rabbit@a": HealingTests.peer("rabbit@a", .running, members),
            "rabbit@b": HealingTests.peer("rabbit@b", state, members),
        ]
    }

    /// Every combination.
    private static func each(_ body: (RollingRestart, _ obstacle: String?) -> Void) {
        let states: [NodeState] = [
            .noProcess, .noPortMapper, .frozen, .booting, .stopped, .paused, .running, .behind, .splitOff, .drained,
            .unknown,
        ]
        for state in states {
            for configuration in configurations {
                for world in worlds {
                    for settings in MembershipSettings.Restarts.allCases {
                        for isUnfinished in [false, true] {
                            for restarts in [0, 3] {
                                for healing in [Healing.none, .wait("w"), .do(.restoreReplicas(witness: "rabbit@a"))] {
                                    var restart = RollingRestart(own: own, members: members, state: state)
                                    (restart.view, restart.peers) = (world.view, world.peers)
                                    restart.configuration = configuration
                                    (restart.settings, restart.healing) = (settings, healing)
                                    (restart.isUnfinished, restart.restarts) = (isUnfinished, restarts)
                                    body(restart, world.obstacle)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("A node is restarted only in service, with nothing in the way, where that is wanted and within its budget")
    func guards() {
        var done: Set<NodeRepair.Means> = []
        Self.each { restart, obstacle in
            guard case .do(let repair) = restart.decision else { return }
            done.insert(repair.means)
            #expect(restart.state.isInService && repair.witness == "rabbit@a")
            #expect(obstacle == nil || obstacle == "own replica" && restart.isUnfinished, "\(obstacle ?? "")")
            if repair.means == .reconfigure {
                let isCutOff = restart.isUnfinished && restart.state == .drained
                #expect(restart.settings == .automatic && (restart.restarts < 3 || isCutOff))
                #expect(restart.configuration == .outdated(["rabbitmq.conf"]) || isCutOff)
                #expect(restart.healing == .none || isCutOff)
            } else {
                #expect(restart.isUnfinished && restart.healing == .none)
            }
        }
        #expect(done == [.reconfigure, .settle], "some step is never done")
    }

    @Test("What is unknown leads to no restart, and neither does a configuration that is current")
    func unknown() {
        Self.each { restart, obstacle in
            guard !restart.isUnfinished else { return }
            switch restart.configuration {
            case nil, .current?, .unknown?: #expect(restart.decision == .none)
            case .outdated?: break
            }
        }
    }

    @Test("Whatever is in the way is said, and ends in a wait")
    func waits() {
        Self.each { restart, obstacle in
            guard let obstacle, obstacle != "unread", restart.state == .running, !restart.isUnfinished,
                restart.configuration == .outdated(["rabbitmq.conf"]), restart.settings == .automatic,
                restart.restarts == 0
            else { return }
            guard case .wait(let reason) = restart.decision else {
                Issue.record("\(obstacle): \(restart.decision)")
                return
            }
            #expect(!reason.isEmpty)
        }
    }

    @Test("A restart that was cut off goes on: from its first step where the node is drained, else it is only watched")
    func cutOff() {
        func decision(
            _ state: NodeState, _ configuration: RunningConfiguration, begun restarts: Int = 1
        ) -> Healing {
            var restart = RollingRestart(own: Self.own, members: Self.members, state: state)
            (restart.view, restart.peers) = (Self.view(), Self.peers())
            (restart.configuration, restart.isUnfinished, restart.restarts) = (configuration, true, restarts)
            return restart.decision
        }
        #expect(decision(.drained, .outdated(["rabbitmq.conf"])) == .do(.reconfigure(witness: "rabbit@a")))
        // However often it was cut off there, the node is not left drained.
        #expect(decision(.drained, .outdated(["rabbitmq.conf"]), begun: 9) == .do(.reconfigure(witness: "rabbit@a")))
        #expect(decision(.drained, .current) == .do(.reconfigure(witness: "rabbit@a")))
        #expect(decision(.running, .current) == .do(.settle(witness: "rabbit@a")))
        #expect(decision(.running, .outdated(["rabbitmq.conf"])) == .do(.reconfigure(witness: "rabbit@a")))
        #expect(decision(.noProcess, .current) == .none)
    }

    @Test("One or two brokers, and a person who wants to be asked, are told the way out", arguments: [1, 2, 3])
    func refused(count: Int) {
        let members = Array(Self.members.suffix(count))
        var restart = RollingRestart(own: Self.own, members: members, state: .running)
        restart.view = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "c", members: members, runningMembers: members,
            replicas: ReplicaView())
        restart.peers = Self.peers()
        restart.configuration = .outdated(["rabbitmq.conf"])
        restart.settings = count == 3 ? .ask : .automatic
        guard case .refuse(let reason, let wayOut) = restart.decision else {
            Issue.record("\(restart.decision)")
            return
        }
        #expect(reason.contains("rabbitmq.conf") && wayOut.contains("restart RabbitMQ on this host by hand"))
    }

    @Test("Only a file that was another one when the broker started, and is on disk as wanted, makes a restart due")
    func files() {
        func running(_ read: String?, _ disk: String?, _ wanted: String) -> RunningConfiguration {
            func all(_ digest: String?) -> [String: String] { digest.map { ["rabbitmq.conf": $0] } ?? [:] }
            return RunningConfiguration(read: all(read), onDisk: all(disk), wanted: all(wanted))
        }
        #expect(running("old", "new", "new") == .outdated(["rabbitmq.conf"]))
        #expect(running(RunningConfiguration.absent, "new", "new") == .outdated(["rabbitmq.conf"]))
        #expect(running("new", "new", "new") == .current)
        // Edited by hand, before and after it is put back.
        #expect(running("new", "edited", "new") == .current)
        for (read, disk) in [("old", "edited"), ("old", nil), (nil, "new"), (nil, "edited"), (nil, nil)] {
            guard case .unknown = running(read, disk, "new") else {
                Issue.record("\(read ?? "unknown") \(disk ?? "absent")")
                continue
            }
        }
        #expect(RunningConfiguration(read: [:], onDisk: ["advanced.config": "x"], wanted: [:]) == .current)
    }

    @Test("The plan restarts the node, or names what it waits for, and the condition says the same")
    func plan() throws {
        func look(_ restart: Healing) -> (plan: Plan, condition: Condition?) {
            var host = HostView(node: Self.own)
            (host.configuration, host.restart) = (.outdated(["rabbitmq.conf"]), restart)
            let observed = ConfigurationKind.observed(Self.own, .outdated)
            let observation = Observation(
                readings: ["configuration": .known([observed.id: observed])], cluster: .known(Self.view()), host: host,
                readAt: Timestamp(milliseconds: 0))
            let plan = Planner.plan(
                PlanningInput(
                    desired: [ConfigurationKind.resource(Self.own, restart)], observation: observation,
                    members: Self.members))
            return (plan, Conditions.configurationInForce(host))
        }
        for means in [NodeRepair.Means.reconfigure, .settle] {
            let repair = NodeRepair(means, witness: "rabbit@a")
            #expect(look(.do(repair)).plan.actions.map(\.change) == [.node(repair)])
        }
        let waiting = look(.wait("rabbit@a does not run"))
        #expect(waiting.plan.actions.isEmpty)
        #expect(waiting.plan.blocked.map(\.reason) == ["rabbit@a does not run"])
        #expect(waiting.condition?.status == .false)
        #expect(waiting.condition?.message.hasSuffix("waits: rabbit@a does not run") == true)
    }
}
