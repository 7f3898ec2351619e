import ClusterModel
import Testing

@testable import Planning

/// When leaders that gathered on some members are spread again.
@Suite struct LeaderBalanceTests {
    static let members = ["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"]

    static func isDue(
        _ leaders: [Int] = [20, 0, 0], uptimes: [Int] = [900, 900, 900], attempts: Int = 0,
        troubled: Int = 0, alarms: [String] = [], running: [String] = members
    ) -> Bool {
        func byNode(_ values: [Int]) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: zip(members, values).filter { running.contains($0.0) })
        }
        let replicas = ReplicaView(
            count: leaders.count, troubledCount: troubled, leaders: byNode(leaders), uptimes: byNode(uptimes))
        let view = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "orders", members: members, runningMembers: running,
            alarms: alarms, replicas: replicas)
        return LeaderBalance.isDue(view, members: members, settings: MembershipSettings(), attempts: attempts)
    }

    @Test("They are spread when one member leads twice its share and another one hardly any")
    func skew() {
        #expect(Self.isDue())
        #expect(Self.isDue([10, 2, 2]))
        for even in [[7, 7, 6], [3, 2, 1], [2, 0, 0], [0, 0, 0], [10, 9, 0]] { #expect(!Self.isDue(even), "\(even)") }
    }

    @Test("Not while a member has just started, runs not or is behind, with an alarm, nor twice within the hour")
    func quiet() {
        #expect(!Self.isDue(uptimes: [900, 900, 599]))
        #expect(!Self.isDue(running: Array(Self.members.prefix(2))))
        #expect(!Self.isDue(troubled: 1))
        #expect(!Self.isDue(alarms: ["memory on rabbit@mq1"]))
        #expect(!Self.isDue(attempts: 1))
    }
}
