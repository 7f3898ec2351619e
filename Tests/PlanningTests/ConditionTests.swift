import ClusterModel
import Testing

@testable import Planning

@Suite struct ConditionTests {
    @Test("A queue that nobody leads is named, although a majority of the members runs")
    func leaderless() {
        let members = BlankMemberTests.members
        #expect(Conditions.quorumSafe(members: members, cluster: .known(BlankMemberTests.view())).status == .true)
        let view = BlankMemberTests.troubled(nil, members)
        let condition = Conditions.quorumSafe(members: members, cluster: .known(view))
        #expect(condition.status == .false && condition.reason == "NoLeader")
        #expect(condition.message.contains("queue orders/jobs"))
    }
}
