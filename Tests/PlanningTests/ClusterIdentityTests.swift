import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

/// Safety rule 6: a cluster's identity is pinned, and another one under the same manifest is refused.
@Suite struct ClusterIdentityTests {
    private static let members = ["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"]

    private static func identity(_ members: [String], _ id: String?, pinned: String?) -> ClusterIdentity {
        let view = ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "orders", members: members, runningMembers: members,
            identity: id)
        return ClusterIdentity(members: Self.members, view: view, pinned: pinned)
    }

    @Test("The identity is pinned once a majority of the manifest's members are together, and stays")
    func pin() {
        #expect(Self.identity(["rabbit@mq1"], "a", pinned: nil).newPin == nil)
        #expect(Self.identity(["rabbit@mq3", "rabbit@x", "rabbit@y"], "b", pinned: nil).newPin == nil)
        #expect(Self.identity(["rabbit@mq1", "rabbit@mq2"], "a", pinned: nil).newPin == "a")
        #expect(Self.identity(Self.members, "b", pinned: "a").newPin == nil)
        #expect(Self.identity(Self.members, nil, pinned: nil).newPin == nil)
    }

    @Test("Another identity is told with both, and what is not known is no other one")
    func problem() throws {
        let problem = try #require(Self.identity(["rabbit@mq3", "rabbit@x"], "b", pinned: "a").problem)
        #expect(problem.contains("(b, with rabbit@mq3, rabbit@x)") && problem.contains("(a)"))
        #expect(Self.identity(Self.members, "a", pinned: "a").problem == nil)
        #expect(Self.identity(Self.members, nil, pinned: "a").problem == nil)
        #expect(Self.identity(Self.members, "b", pinned: nil).problem == nil)
    }

    @Test("The cluster is told of by a running member that sees a majority of the manifest's, and by no other node")
    func told() {
        let (first, second) = (Self.members[0], Self.members[1])
        func isTold(_ cluster: [String]?, isRunning: Bool = true, members: [String] = Self.members) -> Bool {
            let view = PeerView(
                node: first, data: .present, hasSeenCluster: true, isRunning: isRunning, members: cluster)
            return ClusterIdentity.isTold(by: [first: view], members: members)
        }
        #expect(isTold([first, second]))
        #expect(!isTold([first]) && !isTold([first, "rabbit@x"]) && !isTold(nil))
        #expect(!isTold([first, second], isRunning: false))
        #expect(!isTold([first], members: [first]))
    }

    @Test("A host that pinned a cluster has seen it, although its node, blank and started to join, is alone")
    func memory() {
        func hasSeen(_ own: String, isPinned: Bool, hasHeard: Bool = false, _ last: [String]?) -> Bool {
            ClusterIdentity.hasSeenCluster(
                own: own, members: Self.members, isPinned: isPinned, hasHeard: hasHeard, last: last)
        }
        let (first, second) = (Self.members[0], Self.members[1])
        // Else the first host, replaced, founded a second cluster. Found by the simulator.
        #expect(hasSeen(second, isPinned: true, [second]))
        #expect(!hasSeen(second, isPinned: false, [second]))
        // Else it was one of two blank nodes of which one founded anew, while the last member was off.
        #expect(hasSeen(second, isPinned: false, hasHeard: true, [second]))
        #expect(hasSeen(second, isPinned: false, hasHeard: true, nil))
        #expect(hasSeen(second, isPinned: false, [first, second]))
        #expect(hasSeen(first, isPinned: false, [first]))
        #expect(!hasSeen(first, isPinned: false, nil))
    }

    @Test("Nothing is written to another cluster, although all its members run and this host leads")
    func refused() throws {
        var input = Worlds.input([.absent, .absent, .absent, .unnamed])
        #expect(!Planner.plan(input).steps.isEmpty)
        var host = HostView(node: "rabbit@a")
        host.otherCluster = "another cluster"
        input.observation.host = host
        let plan = Planner.plan(input)
        #expect(plan.steps.isEmpty)
        #expect(!plan.blocked.isEmpty)
        #expect(plan.blocked.allSatisfy { $0.guard.name == "identity" && $0.reason == "another cluster" })
        let conditions = Conditions.all(members: input.members, observation: input.observation, plan: plan)
        let told = try #require(conditions.first { $0.name == .unpartitioned })
        #expect(told.status == .false && told.reason == "OtherCluster")
    }
}
