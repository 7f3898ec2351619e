import ClusterModel
import Testing

@testable import Planning

/// The state of a node, out of readings that can each be unknown.
@Suite struct NodeStateTests {
    static let members = ["rabbit@a", "rabbit@b", "rabbit@c"]
    static let own = "rabbit@c"

    static func view(_ running: [String] = members, drained: Bool = false, behind: Bool = false) -> ClusterView {
        let queue = ReplicaView.Queue(vhost: "/", name: "q", type: .quorum)
        let troubled = [ReplicaView.Troubled(queue: queue, leader: "rabbit@a", members: members, behind: [own])]
        return ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "c", members: members, runningMembers: running,
            isDrained: drained, replicas: ReplicaView(troubled: behind ? troubled : []))
    }

    static func peers(_ views: [String: [String]]) -> [String: PeerView] {
        Dictionary(
            uniqueKeysWithValues: views.map { node, running in
                (
                    node,
                    PeerView(
                        node: node, data: .present, hasSeenCluster: true, isRunning: true, members: members,
                        runningMembers: running)
                )
            })
    }

    private func state(_ readings: NodeReadings, peers: [String: PeerView] = [:]) -> NodeState {
        NodeStating.state(readings, own: Self.own, members: Self.members, peers: peers)
    }

    /// Every combination of readings.
    static var all: [NodeReadings] {
        var all: [NodeReadings] = []
        for process in NodeReadings.Process.allCases {
            for registration in NodeReadings.Registration.allCases {
                for application in NodeReadings.Application.allCases {
                    for isStarting in [false, true] {
                        for seconds in [0, NodeStating.patience] {
                            for view in [nil, view(), Self.view(drained: true)] {
                                all.append(
                                    NodeReadings(
                                        process: process, registration: registration, application: application,
                                        isStarting: isStarting, silentSeconds: seconds, view: view))
                            }
                        }
                    }
                }
            }
        }
        return all
    }

    @Test("A node that is paused is never taken for one that is stopped, and neither for one without a process")
    func paused() {
        for readings in Self.all {
            let state = state(readings)
            let isAsked = readings.process == .living || readings.process == .unknown
            #expect((state == .paused) == (isAsked && readings.application == .paused))
            #expect((state == .stopped) == (isAsked && readings.application == .stopped))
            if state == .noProcess { #expect(readings.process == .none && !readings.isStarting) }
        }
    }

    @Test("Whatever reading becomes unknown, the state becomes unknown or stays, and never one that asks for a start")
    func unknown() {
        for readings in Self.all {
            var less = readings
            less.process = .unknown
            if readings.process == .living { #expect([state(readings), .unknown].contains(state(less))) }
            #expect(state(less) != .noProcess && state(less) != .frozen && state(less) != .noPortMapper)
            less = readings
            less.registration = .unknown
            if readings.registration != .present, state(readings) == .noPortMapper {
                #expect(state(less) == .unknown || state(less) == .frozen)
            } else {
                #expect(state(less) == state(readings))
            }
            less = readings
            less.view = nil
            if readings.application == .running, readings.process == .living { #expect(state(less) == .unknown) }
        }
    }

    @Test("A living node that is silent is frozen after two minutes, and at once where a signal stopped it")
    func frozen() {
        var readings = NodeReadings(process: .living, registration: .present, application: .silent)
        #expect(state(readings) == .unknown)
        readings.silentSeconds = NodeStating.patience
        #expect(state(readings) == .frozen)
        readings.isStarting = true
        #expect(state(readings) == .booting)
        #expect(state(NodeReadings(process: .stoppedBySignal)) == .frozen)
    }

    @Test("A living node that the port mapper does not know is told apart from one that is down")
    func portMapper() {
        for registration in [NodeReadings.Registration.noPortMapper, .absent] {
            #expect(state(NodeReadings(process: .living, registration: registration)) == .noPortMapper)
        }
        #expect(state(NodeReadings(process: .living, registration: .present)) == .unknown)
        #expect(state(NodeReadings(process: .none, registration: .noPortMapper)) == .noProcess)
    }

    @Test("A node is split off where a majority agrees on a cluster without it, however whole its own view looks")
    func splitOff() {
        let (a, b) = ("rabbit@a", "rabbit@b")
        let readings = NodeReadings(process: .living, application: .running, view: Self.view())
        let majority = Self.peers([a: [a, b], b: [a, b]])
        #expect(state(readings, peers: majority) == .splitOff)
        for one in [a, b] { #expect(state(readings, peers: majority.filter { $0.key == one }) == .running) }
        #expect(state(readings, peers: Self.peers([a: [a, b], b: Self.members])) == .running)
        #expect(state(readings, peers: Self.peers([a: [a], b: [b]])) == .running)
        #expect(state(readings, peers: Self.peers([a: Self.members, b: Self.members])) == .running)
    }

    @Test("A node that runs is drained, behind, or simply runs")
    func running() {
        func word(_ view: ClusterView) -> NodeState {
            state(NodeReadings(process: .living, application: .running, view: view))
        }
        #expect(word(Self.view()) == .running)
        #expect(word(Self.view(behind: true)) == .behind)
        #expect(word(Self.view(drained: true, behind: true)) == .drained)
    }

    @Test("A split-off node's agent says so, and writes nothing of the cluster")
    func guarded() {
        var observation = Observation(
            readings: [:], cluster: .known(Self.view()), host: HostView(node: Self.own),
            readAt: Timestamp(milliseconds: 0))
        observation.host?.nodeState = .splitOff
        let conditions = Conditions.all(members: Self.members, observation: observation, plan: Plan())
        #expect(conditions.first { $0.name == .unpartitioned }?.reason == "SplitOff")
        let input = PlanningInput(desired: [], observation: observation, members: Self.members)
        #expect(Guards(input: input).splitOff?.guard == .majority)
        observation.host?.nodeState = .paused
        observation.cluster = .unknown("paused")
        let paused = Conditions.all(members: Self.members, observation: observation, plan: Plan())
        #expect(paused.first { $0.name == .unpartitioned }?.reason == "Paused")
    }
}
