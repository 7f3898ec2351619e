import ClusterModel
import ResourceKinds
import Testing

/// What of a redacted export comes back into a new cluster.
@Suite struct RestorableTests {
    @Test("masked secrets, the rights of masked users, and what is of the old cluster stay out; the rest comes back")
    func restorable() {
        let export = Definitions([
            .users: [["name": "app", "password_hash": "***"], ["name": "certain", "password_hash": ""]],
            .permissions: [["user": "app", "vhost": "/"], ["user": "certain", "vhost": "/"]],
            .parameters: [
                ["name": "east", "value": ["uri": "amqp://***@east"]],
                ["name": "plain", "value": ["uri": "amqp://east"]],
            ],
            .globalParameters: [
                ["name": "internal_cluster_id", "value": "x"], ["name": "warren-lease", "value": [:]],
                ["name": "motto", "value": "y"],
            ],
            .exchanges: [
                ["name": "", "vhost": "/"], ["name": "amq.topic", "vhost": "/"], ["name": "own", "vhost": "/"],
            ],
            .bindings: [["source": "", "destination": "q"], ["source": "own", "destination": "q"]],
            .queues: [["name": "q", "vhost": "/"]],
        ])
        let (kept, leftOut) = export.restorable
        #expect(kept[.users] == [["name": "certain", "password_hash": ""]])
        #expect(kept[.permissions] == [["user": "certain", "vhost": "/"]])
        #expect(kept[.parameters].map { $0["name"] } == ["plain"])
        #expect(kept[.globalParameters].map { $0["name"] } == ["motto"])
        #expect(kept[.exchanges].map { $0["name"] } == ["own"])
        #expect(kept[.bindings] == [["source": "own", "destination": "q"]])
        #expect(kept[.queues].count == 1)
        #expect(leftOut == [.users: 1, .permissions: 1, .parameters: 1])
    }
}
