import ClusterModel
import StateStore
import Testing

/// What is kept of recoveries that persons acknowledged.
@Suite struct RecoveryStoreTests {
    private static func begin(_ store: StateStore, at milliseconds: Int64 = 1000) throws -> Int64 {
        try store.beginRecovery(
            scenario: 4, happened: "mq2 is gone", host: "mq1", verbs: ["forget_cluster_node", "force_shrink"],
            reason: "it burnt", author: "ada", steps: ["stopBroker", "forgetOffline rabbit@mq2"],
            at: Timestamp(milliseconds: milliseconds), until: Timestamp(milliseconds: milliseconds + 5000))
    }

    @Test("a recovery is kept with who acknowledged what, why and until when, before its first step")
    func kept() throws {
        let store = try StateStore.inMemory()
        let id = try Self.begin(store)
        let record = try #require(try store.recoveries().first)
        #expect(record.id == id)
        #expect(record.verbs == ["forget_cluster_node", "force_shrink"])
        #expect((record.author, record.reason, record.host) == ("ada", "it burnt", "mq1"))
        #expect(record.expiresAt == Timestamp(milliseconds: 6000))
        #expect(record.steps.map(\.step) == ["stopBroker", "forgetOffline rabbit@mq2"])
        #expect(record.steps.allSatisfy { $0.beganAt == nil && !$0.isDone })
        #expect(record.finishedAt == nil)
    }

    @Test("it is finished with the last step that was done, and not while one failed or was cut off")
    func finished() throws {
        let store = try StateStore.inMemory()
        let id = try Self.begin(store)
        let now = Timestamp(milliseconds: 2000)
        func record() throws -> RecoveryRecord { try #require(try store.recoveries().first) }
        try store.beginRecoveryStep(0, of: id, at: now)
        #expect(try record().steps[0].beganAt == now)
        #expect(try !record().steps[0].isDone)
        try store.endRecoveryStep(0, of: id, failure: nil, at: now)
        try store.beginRecoveryStep(1, of: id, at: now)
        try store.endRecoveryStep(1, of: id, failure: "it did not", at: now)
        #expect(try record().finishedAt == nil)
        #expect(try record().steps[1].failure == "it did not")
        try store.beginRecoveryStep(1, of: id, at: now)
        try store.endRecoveryStep(1, of: id, failure: nil, at: now)
        #expect(try record().finishedAt == now)
        #expect(throws: StateStoreError.self) { try store.beginRecoveryStep(2, of: id, at: now) }
    }

    @Test("a hundred recoveries are kept, the latest first")
    func bounded() throws {
        let store = try StateStore.inMemory()
        for moment in 1...105 { _ = try Self.begin(store, at: Int64(moment)) }
        let all = try store.recoveries(limit: 1000)
        #expect(all.count == 100)
        #expect(all.first?.acknowledgedAt == Timestamp(milliseconds: 105))
    }

    @Test("forgetting the cluster leaves what was recorded of recoveries, and no cluster and no pin")
    func forgetting() throws {
        let store = try StateStore.inMemory()
        let now = Timestamp(milliseconds: 1)
        _ = try Self.begin(store)
        try store.pin("rabbitmq-cluster-id-1", of: "orders", at: now)
        for _ in 1...2 { try store.rememberCluster(of: "orders", at: now) }
        #expect(try store.hasHeardOfCluster(of: "orders") && !store.hasHeardOfCluster(of: "other"))
        let view = ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "orders", members: ["rabbit@mq1"],
            runningMembers: ["rabbit@mq1"], messages: 12)
        try store.recordCluster(.known(view), at: now)
        #expect(try store.cluster()?.view?.messages == 12)
        try store.forgetCluster(of: "orders")
        #expect(try store.cluster() == nil)
        #expect(try store.pinnedIdentity(of: "orders") == nil)
        #expect(try !store.hasHeardOfCluster(of: "orders"))
        #expect(try store.recoveries().count == 1)
    }
}
