import ClusterModel
import Testing

@testable import Planning

/// When a member whose disk came back blank is forgotten, so that it can join again.
@Suite struct BlankMemberTests {
    static let members = ["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"]
    static let blank = "rabbit@mq3"
    static let jobs = ReplicaView.Queue(vhost: "orders", name: "jobs", type: .quorum)

    /// mq3 is blank, and all that it held is complete on the others.
    static func view(_ change: (inout ClusterView) -> Void = { _ in }) -> ClusterView {
        var view = ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "orders", members: members,
            runningMembers: Array(members.prefix(2)), replicas: ReplicaView(count: 1))
        change(&view)
        return view
    }

    static func decision(
        _ view: ClusterView = view(), data: NodeData = .blank, isRunning: Bool = false,
        _ settings: MembershipSettings = MembershipSettings()
    ) -> BlankDecision? {
        let told = PeerView(node: blank, data: data, hasSeenCluster: true, isRunning: isRunning)
        return BlankMember(told, view: view, settings: settings).decision
    }

    static func troubled(_ leader: String?, _ members: [String], behind: [String] = [], silent: [String] = [])
        -> ClusterView
    {
        view {
            $0.replicas?.troubled = [
                .init(queue: jobs, leader: leader, members: members, behind: behind, silent: silent)
            ]
            $0.replicas?.troubledCount = 1
        }
    }

    @Test("It is forgotten where everybody else runs and every replica elsewhere is complete")
    func forgotten() { #expect(Self.decision() == .forget(lost: nil)) }

    @Test("A node that runs, whose data is there or can't be read, or that is no member, is none of this")
    func others() {
        for data in [NodeData.present, .fresh, .unreadable] { #expect(Self.decision(data: data) == nil) }
        #expect(Self.decision(isRunning: true) == nil)
        let without = ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "orders", members: Array(Self.members.prefix(2)),
            runningMembers: Array(Self.members.prefix(2)))
        #expect(Self.decision(without) == nil)
    }

    @Test("It stays down while another member is down, behind or silent, or while that is not known")
    func waits() throws {
        func reason(_ view: ClusterView) -> String? { Self.decision(view)?.reasonToWait }
        let alone = ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "orders", members: Self.members,
            runningMembers: ["rabbit@mq1"], replicas: ReplicaView())
        #expect(reason(alone)?.contains("rabbit@mq2 does not run either") == true)
        #expect(reason(Self.view { $0.replicas = nil })?.contains("could not be read") == true)
        let split = ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "orders", members: Self.members,
            runningMembers: Array(Self.members.prefix(2)), partitions: ["rabbit@mq1": ["rabbit@mq2"]],
            replicas: ReplicaView())
        #expect(reason(split)?.contains("partitioned") == true)
        for view in [
            Self.troubled("rabbit@mq1", Self.members, behind: ["rabbit@mq2"]),
            Self.troubled("rabbit@mq1", Self.members, silent: ["rabbit@mq2"]),
            Self.troubled(nil, Self.members), Self.troubled(nil, ["rabbit@mq1", Self.blank]),
        ] {
            #expect(reason(view)?.contains("queue orders/jobs") == true)
        }
        // More are troubled than the broker named.
        #expect(reason(Self.view { $0.replicas?.troubledCount = 1 }) != nil)
    }

    @Test("What was on its disk alone is named beforehand, and keeps nobody waiting")
    func lost() {
        var view = Self.troubled(nil, [Self.blank])
        view.replicas?.onlyOn[Self.blank] = .these([.init(vhost: "/", name: "old", type: .classic)])
        #expect(Self.decision(view) == .forget(lost: "queue orders/jobs, queue //old"))
    }

    @Test("Where the manifest says ask, a person is asked, and told what would be lost")
    func asked() {
        let view = Self.troubled(nil, [Self.blank])
        let reason = Self.decision(view, MembershipSettings(replaceBlank: .ask))?.reasonToWait
        #expect(reason?.contains("replaceBlank is ask") == true && reason?.hasSuffix("queue orders/jobs") == true)
    }
}
