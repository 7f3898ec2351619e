import ClusterModel
import Testing

@testable import Planning

/// What HAProxy is told of a node: over all states, and over how many members run.
@Suite struct AnsweringTests {
    static let members = ["rabbit@a", "rabbit@b", "rabbit@c"]

    private func word(
        _ state: HostSnapshot.Node.State = .running, running: Int = 3, of members: [String] = members,
        isPartitioned: Bool = false, isMember: Bool = true
    ) -> AgentAnswer.Word {
        let view = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "c", members: members,
            runningMembers: Array(members.prefix(running)), partitions: isPartitioned ? ["rabbit@a": ["rabbit@c"]] : [:]
        )
        return Answering.answer(state: state, view: view, isMember: isMember, members: members).word
    }

    @Test("Only a member that runs is up")
    func states() {
        for state in [NodeState.noProcess, .frozen, .booting, .paused, .splitOff] {
            #expect(word(state) == .down)
        }
        #expect(word(.stopped) == .maint)
        #expect(word(.drained) == .drain)
        #expect(word(.behind) == .up)
        #expect(word(.unknown) == .unknown)
        #expect(word(.noPortMapper) == .unknown)
        #expect(word(isMember: false) == .down)
        #expect(word() == .up)
    }

    @Test("A minority is down; one of two whose peer is gone serves, and of a partition only the larger side")
    func minority() {
        #expect(word(running: 2) == .up)
        #expect(word(running: 1) == .down)
        #expect(word(running: 2, isPartitioned: true) == .up)
        #expect(word(running: 1, isPartitioned: true) == .down)
        let two = Array(Self.members.prefix(2))
        #expect(word(running: 1, of: two) == .up)
        #expect(word(running: 1, of: two, isPartitioned: true) == .down)
        #expect(word(running: 1, of: ["rabbit@a"]) == .up)
    }
}
