import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

@Suite("What a snapshot masks")
struct MaskedComparisonTests {
    private func settled(
        _ id: ResourceID, _ field: String, wanted: JSONValue, found: JSONValue
    ) -> (isSame: Bool, uncompared: [String]) {
        let observation = Observation(
            readings: [id.kind: .known([id: Resource(id, [field: found])])], cluster: .unknown("-"),
            readAt: Timestamp(milliseconds: 0))
        let result = MaskedComparison.settle(observation, by: [Resource(id, [field: wanted])])
        return (result.observation[id]?[field] == wanted, result.uncompared.map(\.field))
    }

    private func settled(_ reading: Reading) -> (observation: Observation, uncompared: [UncomparedField]) {
        let observation = Observation(
            readings: ["upstream": reading], cluster: .unknown("-"), readAt: Timestamp(milliseconds: 0))
        return MaskedComparison.settle(observation, by: [Resource(upstream, ["uri": "***"])])
    }

    private let upstream = UpstreamKind.id("v", "u")

    @Test("A password that is masked may be any, and the host beside it may not")
    func uri() {
        let same = settled(upstream, "uri", wanted: "amqp://app:pa55@a:1", found: "amqp://***@a:1")
        #expect(same.isSame && same.uncompared == ["uri"])
        let other = settled(upstream, "uri", wanted: "amqp://app:pa55@b:1", found: "amqp://***@a:1")
        #expect(!other.isSame && other.uncompared == [])
        let unread = settled(upstream, "uri", wanted: "***", found: "amqp://***@a:1")
        #expect(unread.isSame && unread.uncompared == ["uri"])
    }

    @Test("A mask inside of a list stands for its own element and for no other one")
    func elements() {
        let same = settled(upstream, "uri", wanted: ["***", "amqp://b"], found: ["amqp://***@a", "amqp://b"])
        #expect(same.isSame)
        #expect(!settled(upstream, "uri", wanted: ["***", "amqp://c"], found: ["amqp://***@a", "amqp://b"]).isSame)
        #expect(!settled(upstream, "uri", wanted: ["***"], found: ["amqp://***@a", "amqp://b"]).isSame)
    }

    @Test("A mask stands for no line that was added, and not for what is beside it in its line")
    func lines() {
        let file = FileKind.id("/etc/haproxy/haproxy.cfg")
        func isSame(_ wanted: String, _ found: String) -> Bool {
            settled(file, "contents", wanted: .string(wanted), found: .string(found)).isSame
        }
        #expect(isSame("a\n  stats auth admin:***\nb\n", "a\n  stats auth ***\nb\n"))
        #expect(!isSame("a\n  stats auth admin:***\nb\n", "a\n  stats auth ***\nmaxconn 1\nb\n"))
        #expect(isSame("server amqp://app:x@h b", "server amqp://***@h b"))
        #expect(!isSame("server amqp://app:x@h c", "server amqp://***@h b"))
        #expect(!isSame("***a***b***", "***b***c"))
    }

    @Test("What is nowhere masked is left to the comparison, and what is not there stays missing")
    func unmasked() {
        #expect(!settled(upstream, "uri", wanted: "amqp://a", found: "amqp://b").isSame)
        let missing = settled(.known([:]))
        #expect(missing.observation[upstream] == nil && missing.uncompared == [])
        let unknown = MaskedComparison.settle(
            Observation(
                readings: ["upstream": .unknown("why")], cluster: .unknown("-"), readAt: .init(milliseconds: 0)),
            by: [Resource(upstream, ["uri": "***"])])
        guard case .unknown("why") = unknown.observation.readings["upstream"] else {
            Issue.record("unknown has to stay unknown")
            return
        }
    }
}
