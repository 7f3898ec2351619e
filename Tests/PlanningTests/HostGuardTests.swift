import ClusterModel
import Planning
import ResourceKinds
import Testing

/// What an agent does not do on its own host.
@Suite struct HostGuardTests {
    @Test("A service is started three times within an hour, and no fourth time")
    func budget() {
        var host = HostView(services: [.haproxy: .failed])
        for starts in 0..<ServiceKind.startsPerHour {
            host.recentStarts = [.haproxy: starts]
            #expect(Self.start(.haproxy, on: host) == nil)
        }
        host.recentStarts = [.haproxy: ServiceKind.startsPerHour]
        #expect(Self.start(.haproxy, on: host)?.guard.name == "budget")
    }

    @Test("A service that is on its way up, or not installed, is not started")
    func states() {
        #expect(Self.start(.rabbitmq, on: HostView(services: [.rabbitmq: .starting]))?.guard.name == "starting")
        #expect(Self.start(.haproxy, on: HostView(services: [.haproxy: .missing]))?.guard.name == "installed")
    }

    @Test("A broker that has to stay down does; no other service waits for that")
    func formation() {
        let services: [HostService: ServiceState] = [.rabbitmq: .stopped, .haproxy: .stopped]
        let host = HostView(services: services, start: .wait("others count it"))
        #expect(Self.start(.rabbitmq, on: host) == Refusal(.other("formation"), "others count it"))
        #expect(Self.start(.haproxy, on: host) == nil)
    }

    @Test("With a mark to start without its peers a broker is neither started nor restarted, and a condition says so")
    func forceLoad() {
        var host = HostView(node: "rabbit@mq1", services: [.rabbitmq: .stopped])
        #expect(Conditions.startsSafely(host)?.status == .true)
        #expect(Healing.do(.finish(witness: "b")).unless(host.forceLoad) == .do(.finish(witness: "b")))
        host.forceLoad = "/data/force_load"
        let refusal = Self.start(.rabbitmq, on: host)
        #expect(refusal?.guard.name == "force-load" && refusal?.reason.contains("/data/force_load") == true)
        #expect(Self.start(.haproxy, on: host) == nil)
        for means in NodeRepair.Means.allCases {
            let repair = Healing.do(NodeRepair(means, witness: "b"))
            let isHarmless = means == .startPortMapper || means == .settle
            #expect((repair.unless(host.forceLoad) == repair) == isHarmless, "\(means)")
        }
        #expect(Conditions.startsSafely(host)?.reason == "ForceLoad")
        #expect(Conditions.startsSafely(HostView()) == nil)
    }

    @Test("A cookie is written where the node is stopped, and left alone where it runs or that is not known")
    func cookie() {
        let file = FileChange(
            path: "/cookie", contents: "new", mode: 0o400, owner: "rabbitmq:rabbitmq", reader: .rabbitmq)
        let desired = FileKind.resource(file, isSecret: true)
        let change = ProposedChange(.update, desired: desired, observed: desired, fields: ["secret"])
        func refusal(_ state: ServiceState) -> String? {
            FileKind().refusal(change, in: Self.world(HostView(services: [.rabbitmq: state])))?.guard.name
        }
        #expect(refusal(.stopped) == nil)
        for state in [ServiceState.running, .starting, .unknown, .failed] { #expect(refusal(state) == "in-service") }
    }

    @Test("A blank member is forgotten only as its decision says; a replica that is behind is waited for")
    func replacement() {
        let blank = MemberKind.observed("rabbit@mq3", isBlank: true)
        let change = ProposedChange(
            .update, desired: MemberKind.resource("rabbit@mq3"), observed: blank, fields: ["disk"])
        var host = HostView(node: "rabbit@mq1")
        #expect(MemberKind().refusal(change, in: Self.world(host))?.guard.name == "replacement")
        host.blanks = ["rabbit@mq3": .wait("mq2 is down")]
        #expect(MemberKind().refusal(change, in: Self.world(host)) == Refusal(.other("replacement"), "mq2 is down"))
        host.blanks = ["rabbit@mq3": .forget(lost: nil)]
        #expect(MemberKind().refusal(change, in: Self.world(host)) == nil)
        #expect(MemberKind().scope(of: .update) == .cluster && MemberKind().scope(of: .create) == .host)

        func refusal(_ fields: [String], alarms: [String] = []) -> String? {
            var observation = Observation.none(at: Timestamp(milliseconds: 0))
            observation.cluster = .known(
                ClusterView(
                    version: BrokerVersion(4, 0, 5), clusterName: "c", members: [], runningMembers: [], alarms: alarms,
                    replicas: ReplicaView()))
            let id = ReplicasKind.resource("rabbit@mq3")
            return ReplicasKind().refusal(
                ProposedChange(.update, desired: id, observed: id, fields: fields),
                in: World(observation: observation, inventory: []))?.guard.name
        }
        #expect(refusal(["lacking", "behind"]) == nil)
        #expect(refusal(["behind"]) == "incomplete")
        #expect(refusal(["lacking"], alarms: ["disk on rabbit@mq1"]) == "alarm")
    }

    private static func start(_ service: HostService, on host: HostView) -> Refusal? {
        let change = ProposedChange(.create, desired: ServiceKind.resource(service), observed: nil)
        return ServiceKind().refusal(change, in: world(host))
    }

    private static func world(_ host: HostView) -> World {
        var observation = Observation.none(at: Timestamp(milliseconds: 0))
        observation.host = host
        return World(observation: observation, inventory: [])
    }
}
