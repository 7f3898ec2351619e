import ClusterModel
import Testing

@testable import Planning

/// Clusters of up to three blank hosts, which are powered on at any time, run their agents in any order, and may be
/// killed between any two steps.
@Suite struct FormationTests {
    static let members = ["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"]

    @Test("A cluster forms with exactly one founder, in whatever order hosts are powered on and agents look")
    func everyOrder() {
        var ends = 0
        for order in permutations(Array(Self.members.indices)) {
            for schedule in schedules(of: 3, length: 7) {
                var world = FormingWorld(Self.members)
                // Each host is powered on when its agent looks for the first time in this order.
                var waiting = order
                for turn in schedule {
                    if let next = waiting.first, turn == next || world.isOn[turn] == false {
                        world.powerOn(next)
                        waiting.removeFirst()
                    }
                    world.look(turn)
                    #expect(world.founders <= 1, "\(order) \(schedule)")
                    #expect(world.clusters.count <= 1, "\(order) \(schedule)")
                }
                for index in waiting { world.powerOn(index) }
                for _ in 0..<6 { Self.members.indices.forEach { world.look($0) } }
                #expect(world.clusters == [Set(Self.members)], "\(order) \(schedule)")
                ends += 1
            }
        }
        #expect(ends == 6 * 2187)
    }

    @Test(
        "One host that never comes keeps the others from nothing, unless it is the one that founds",
        arguments: [0, 1, 2])
    func oneNeverComes(_ absent: Int) {
        var world = FormingWorld(Self.members)
        let others = Self.members.indices.filter { $0 != absent }
        for index in others { world.powerOn(index) }
        for _ in 0..<6 { others.forEach { world.look($0) } }
        if absent == 0 {
            #expect(world.clusters.isEmpty)
            #expect(world.decisions[1]?.contains("its agent was not heard") == true)
        } else {
            #expect(world.clusters == [Set(others.map { Self.members[$0] })])
        }
    }

    @Test("The first host alone founds nothing, and says that it has to hear a majority")
    func alone() {
        var world = FormingWorld(Self.members)
        world.powerOn(0)
        for _ in 0..<3 { world.look(0) }
        #expect(world.clusters.isEmpty)
        #expect(world.decisions[0] == "only 1 of the 3 brokers' agents were heard, and a majority is needed")
        var single = FormingWorld(["rabbit@mq1"])
        single.powerOn(0)
        single.look(0)
        #expect(single.clusters == [["rabbit@mq1"]])
    }

    private func view(
        _ node: String, _ data: NodeData = .blank, seen: Bool = false, members: [String]? = nil,
        running: [String]? = nil
    ) -> PeerView {
        PeerView(
            node: node, data: data, hasSeenCluster: seen, isRunning: members != nil, members: members,
            runningMembers: running ?? members)
    }

    private func start(_ own: PeerView, _ peers: PeerView...) -> StartDecision {
        Formation(
            members: Self.members, own: own, peers: Dictionary(uniqueKeysWithValues: peers.map { ($0.node, $0) })
        ).start
    }

    @Test("A node with data starts, whoever answers; one whose data can't be read does not")
    func data() {
        #expect(start(view("rabbit@mq2", .present)) == .start)
        #expect(start(view("rabbit@mq2", .unreadable)).reasonToWait?.contains("mount its disk") == true)
    }

    @Test("A blank node that others count as a member stays down")
    func amnesiac() {
        let cluster = ["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"]
        let reason = start(view("rabbit@mq1"), view("rabbit@mq2", .present, seen: true, members: cluster)).reasonToWait
        #expect(reason?.contains("rabbit@mq2 still counts it as a member") == true)
    }

    @Test("A blank first host founds no second cluster beside data, beside a memory of one, or beside one that runs")
    func noSecond() {
        let down = start(view("rabbit@mq1"), view("rabbit@mq2", .present), view("rabbit@mq3"))
        #expect(down.reasonToWait?.contains("rabbit@mq2 has the data of a cluster and is not known to run") == true)
        let memory = start(view("rabbit@mq1"), view("rabbit@mq2", seen: true), view("rabbit@mq3"))
        #expect(memory.reasonToWait?.contains("the host of rabbit@mq2 remembers a cluster") == true)
        let own = start(view("rabbit@mq1", seen: true), view("rabbit@mq2"), view("rabbit@mq3"))
        #expect(own.reasonToWait?.contains("a new cluster is wanted") == true)
        let running = start(
            view("rabbit@mq1"), view("rabbit@mq2", .present, members: ["rabbit@mq2", "rabbit@mq3"]), view("rabbit@mq3"))
        #expect(running == .startToJoin(seed: "rabbit@mq2"))
    }

    @Test("The first host with a new disk, started to join, is no cluster that a second lost disk could join")
    func freshFirst() {
        // mq3 has the only data left, and pauses. Found by the simulator.
        let first = view("rabbit@mq1", .fresh, seen: true, members: ["rabbit@mq1"])
        let second = start(view("rabbit@mq2", seen: true), first, view("rabbit@mq3", .present, seen: true))
        #expect(second.reasonToWait?.contains("rabbit@mq3 has the data of a cluster") == true)
        let own = Formation(
            members: Self.members, own: first, peers: ["rabbit@mq3": view("rabbit@mq3", .present, seen: true)])
        let alone = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "c", members: ["rabbit@mq1"], runningMembers: ["rabbit@mq1"])
        #expect(!own.isMember(seenIn: alone))
        #expect(own.join == .wait("no running member that it could join was heard"))
    }

    @Test("A blank node joins no member without a majority of its cluster, and joins beside one that is joining")
    func splitSeed() {
        // mq3 ran on, split off, while mq1 and mq2 confirmed messages, and mq2 lost its disk then. Found by the simulator.
        let split = view(
            "rabbit@mq3", .present, seen: true, members: ["rabbit@mq1", "rabbit@mq3"], running: ["rabbit@mq3"])
        let paused = view("rabbit@mq1", .present, seen: true)
        let decision = start(view("rabbit@mq2", seen: true), paused, split)
        #expect(decision.reasonToWait?.contains("rabbit@mq3 runs without a majority") == true)
        let join = Formation(
            members: Self.members, own: view("rabbit@mq2", .fresh, members: ["rabbit@mq2"]),
            peers: ["rabbit@mq1": paused, "rabbit@mq3": split]
        ).join
        guard case .wait(let reason) = join else {
            Issue.record("\(join)")
            return
        }
        #expect(reason.contains("rabbit@mq3 runs without a majority"))

        let founder = view(
            "rabbit@mq1", .present, members: ["rabbit@mq1", "rabbit@mq2"], running: ["rabbit@mq1"])
        #expect(
            start(view("rabbit@mq3"), founder, view("rabbit@mq2", .fresh)) == .startToJoin(seed: "rabbit@mq1"))
    }

    @Test("A node that was only started to join is nobody's seed")
    func stray() {
        let decision = start(view("rabbit@mq3"), view("rabbit@mq2", .fresh, members: ["rabbit@mq2"]))
        #expect(decision.reasonToWait != nil)
    }
}

/// Hosts made of values. An agent that looks sees what the others last told, and does what `Formation` says.
private struct FormingWorld {
    let members: [String]
    var isOn: [Bool]
    var data: [NodeData]
    /// The cluster that each running node is part of.
    var cluster: [Set<String>?]
    var told: [PeerView?]
    var founders = 0
    var decisions: [Int: String] = [:]

    init(_ members: [String]) {
        self.members = members
        isOn = members.map { _ in false }
        data = members.map { _ in .blank }
        cluster = members.map { _ in nil }
        told = members.map { _ in nil }
    }

    /// What counts as a cluster: the first member's, and any of several.
    var clusters: Set<Set<String>> {
        Set(
            zip(members, cluster).compactMap { member, set in
                set.flatMap { $0.count > 1 || member == members[0] ? $0 : nil }
            })
    }

    mutating func powerOn(_ index: Int) {
        isOn[index] = true
        told[index] = own(index)
    }

    mutating func look(_ index: Int) {
        guard isOn[index] else { return }
        let peers = told.enumerated().compactMap { $0.offset == index ? nil : $0.element }
        let formation = Formation(
            members: members, own: own(index), peers: Dictionary(uniqueKeysWithValues: peers.map { ($0.node, $0) }))
        if let set = cluster[index] {
            let view = ClusterView(
                version: BrokerVersion(4, 0, 5), clusterName: "c", members: set.sorted(), runningMembers: set.sorted())
            if !formation.isMember(seenIn: view), case .seed(let seed) = formation.join { join(index, seed) }
        } else {
            act(index, formation.start)
        }
        told[index] = own(index)
    }

    private mutating func act(_ index: Int, _ decision: StartDecision) {
        decisions[index] = decision.reasonToWait
        switch decision {
        case .wait: return
        case .found:
            founders += 1
            data[index] = .present
        case .start: break
        case .startToJoin: data[index] = .fresh
        }
        cluster[index] = [members[index]]
    }

    private mutating func join(_ index: Int, _ seed: String) {
        guard let other = members.firstIndex(of: seed), let set = cluster[other] else { return }
        let joined = set.union([members[index]])
        for (place, member) in members.enumerated() where joined.contains(member) {
            (cluster[place], data[place]) = (joined, .present)
        }
    }

    private func own(_ index: Int) -> PeerView {
        PeerView(
            node: members[index], data: data[index], hasSeenCluster: (cluster[index]?.count ?? 0) > 1,
            isRunning: cluster[index] != nil, members: cluster[index]?.sorted(),
            runningMembers: cluster[index]?.sorted())
    }
}

private func permutations(_ items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.flatMap { first in permutations(items.filter { $0 != first }).map { [first] + $0 } }
}

/// Every sequence of turns.
private func schedules(of count: Int, length: Int) -> [[Int]] {
    var all: [[Int]] = [[]]
    for _ in 0..<length { all = all.flatMap { schedule in (0..<count).map { schedule + [$0] } } }
    return all
}
