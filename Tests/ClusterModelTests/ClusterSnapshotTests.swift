import ClusterModel
import Testing

@Suite("A snapshot of a cluster")
struct ClusterSnapshotTests {
    private static let policy = ResourceID("policy", vhost: "<script>", name: "a\u{0}|`b`\n")
    private static let snapshot = ClusterSnapshot(
        cluster: "orders", host: "mq1", revision: "abc",
        observation: Observation(
            readings: [
                "policy": .known([policy: Resource(policy, ["definition": ["max-length": 1]])]),
                "queue": .unknown("it timed out"), "user": .known([:]),
            ],
            cluster: .known(
                ClusterView(
                    version: BrokerVersion("3.10.8") ?? BrokerVersion(3, 10), clusterName: "orders",
                    members: ["rabbit@mq1", "rabbit@mq2"], runningMembers: ["rabbit@mq1"],
                    partitions: ["rabbit@mq1": ["rabbit@mq2"]], alarms: ["disk on rabbit@mq1"], identity: "id",
                    isDrained: true)),
            readAt: Timestamp(iso8601: "2026-11-22T21:03:07.250Z") ?? Timestamp(milliseconds: 0)),
        created: [policy])

    @Test("It comes back as it was written, unknown and absent told apart")
    func roundTrip() throws {
        let read = try ClusterSnapshot(json: Self.snapshot.json)
        #expect(read.json == Self.snapshot.json)
        #expect(read.observation[Self.policy]?["definition"] == ["max-length": 1])
        #expect(read.created == [Self.policy])
        #expect(read.observation.cluster.view == Self.snapshot.observation.cluster.view)
        guard case .unknown("it timed out") = read.observation.readings["queue"] else {
            Issue.record("what was unknown is unknown")
            return
        }
        #expect(read.observation.readings["user"]?.resources?.isEmpty == true)
        #expect(read.observation.readings["exchange"] == nil)
    }

    @Test("What is no snapshot, a newer one or a damaged one is refused with its place and the reason")
    func refused() {
        func problem(_ change: (inout [String: JSONValue]) -> Void) -> String? {
            var members = Self.snapshot.json.object ?? [:]
            change(&members)
            do {
                _ = try ClusterSnapshot(json: .object(members))
                return nil
            } catch { return error.description }
        }
        #expect(problem { $0["format"] = "other" }?.contains("no snapshot") == true)
        #expect(problem { $0["version"] = 2 }?.hasPrefix("version: the snapshot has version 2") == true)
        #expect(problem { $0["version"] = "1" }?.hasPrefix("version: ") == true)
        #expect(problem { $0["cluster"] = nil } == "cluster: it is missing")
        #expect(problem { $0["observedAt"] = "now" }?.hasPrefix("observedAt: ") == true)
        #expect(problem { $0["view"] = .null }?.hasPrefix("viewUnknown: ") == true)
        #expect(problem { $0["kinds"] = [] } == "kinds: it has to be an object and is a list")
        #expect(
            problem { $0["kinds"] = ["policy": ["resources": [["name": 7, "fields": [:]]]]] }
                == "kinds.policy.resources[0].name: it has to be a string and is an integer")
        let entry: JSONValue = ["vhost": "v", "name": "p", "fields": [:]]
        #expect(
            problem { $0["kinds"] = ["policy": ["resources": [entry, entry]]] }
                == "kinds.policy.resources[1]: policy v/p is there twice")
        #expect(problem { $0["kinds"] = ["a\nb": [:]] }?.contains("\n") == false)
        #expect(problem { $0["later"] = true } == nil, "what a later Warren adds is passed over")
        #expect((try? ClusterSnapshot(json: [1])) == nil)
    }
}
