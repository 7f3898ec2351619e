import ClusterModel
import Planning
import Testing

@Suite struct NotificationTests {
    private let policy = ResourceID("policy", vhost: "orders", name: "ha-all")
    private let file = ResourceID("file", name: "/etc/haproxy/haproxy.cfg")

    @Test("what concerns the cluster is told by the lead, what concerns a host by its own agent")
    func scope() {
        let run = NotificationRules.Run(opened: [file, policy], repaired: [file, policy])
        let lead = NotificationRules.notifications(of: run, speaksForCluster: true)
        #expect(lead.map(\.event) == [.driftOpened, .driftRepaired])
        #expect(lead.map(\.total) == [2, 2])
        let other = NotificationRules.notifications(of: run, speaksForCluster: false)
        #expect(other.map(\.resources) == [["file /etc/haproxy/haproxy.cfg"], ["file /etc/haproxy/haproxy.cfg"]])
    }

    @Test("a run in which nothing happened tells nothing")
    func quiet() {
        #expect(NotificationRules.notifications(of: .init(), speaksForCluster: true).isEmpty)
    }

    @Test("a refusal is told once, when it is new, and in the broker's words")
    func stalled() {
        let stall = Stall(policy, message: "not allowed", fingerprint: "x", since: Timestamp(milliseconds: 0))
        let new = NotificationRules.notifications(of: .init(stalled: [stall]), speaksForCluster: true)
        #expect(new.map(\.text) == ["the broker refuses policy orders/ha-all: not allowed"])
        let old = NotificationRules.Run(stalledBefore: [policy], stalled: [stall])
        #expect(NotificationRules.notifications(of: old, speaksForCluster: true).isEmpty)
    }

    @Test("thousands of resources are one notification with the first fifty")
    func many() {
        let opened = (0..<10_000).map { ResourceID("policy", vhost: "/", name: "p\($0)") }
        let all = NotificationRules.notifications(of: .init(opened: opened), speaksForCluster: true)
        #expect(all.count == 1 && all[0].total == 10_000 && all[0].resources.count == 50)
    }

    @Test("a condition is told when it turns, and not when it is first known")
    func conditions() {
        let (good, bad) = (
            HostSnapshot.ConditionState("QuorumSafe", .true, reason: "Majority"),
            HostSnapshot.ConditionState("QuorumSafe", .false, reason: "NoMajority", message: "1 of 3 runs")
        )
        func turns(_ before: [HostSnapshot.ConditionState], _ after: HostSnapshot.ConditionState, _ speaks: Bool)
            -> [String]
        {
            NotificationRules.notifications(from: before, to: [after], speaksForCluster: speaks).map(\.text)
        }
        #expect(turns([], bad, true) == [])
        #expect(turns([bad], bad, true) == [])
        #expect(turns([good], bad, true) == ["QuorumSafe is False: 1 of 3 runs"])
        #expect(turns([good], bad, false) == [])
    }

    @Test("what was said a moment ago is left out and counted, whichever way the clock goes")
    func dedup() {
        var deduplicator = Deduplicator(window: 300)
        let failure = Notification(.runFailed, "the broker is down")
        func admit(_ notification: Notification, _ second: Int64) -> Int? {
            deduplicator.admit(notification, at: Timestamp(milliseconds: second * 1000))
        }
        #expect(admit(failure, 10_000) == 0)
        for second in Int64(10_001)..<10_100 { #expect(admit(failure, second) == nil) }
        #expect(admit(Notification(.runFailed, "another reason"), 10_101) == 0)
        #expect(admit(failure, 10_301) == 99)
        #expect(admit(failure, 10_301 - 3600) == 0)
    }

    @Test("a queue keeps the newest and counts what made room")
    func queue() {
        var queue = DeliveryQueue<Int>(limit: 3)
        for number in 0..<10 { queue.add(number) }
        #expect(queue.items == [7, 8, 9])
        #expect(queue.dropped == 7)
        #expect(queue.take() == 7)
    }

    @Test("tries get rarer, and end after a quarter of an hour or so")
    func backoff() {
        let pauses = (1..<DeliveryBackoff.tries).compactMap { DeliveryBackoff.pause(afterTries: $0, jitter: 0.5) }
        #expect(pauses.count == DeliveryBackoff.tries - 1)
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
        #expect((600...1200).contains(pauses.reduce(0, +)))
        #expect(DeliveryBackoff.pause(afterTries: DeliveryBackoff.tries, jitter: 0) == nil)
    }
}
