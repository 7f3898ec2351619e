import ClusterModel
import Planning
import Testing

@Suite struct SuspendingTests {
    private static func until(_ moment: Int64) -> Suspension {
        Suspension(
            .cluster, author: "a", reason: "r", since: Timestamp(milliseconds: 0),
            until: Timestamp(milliseconds: moment))
    }

    @Test("What the own broker says counts; else what running brokers say; else what is remembered")
    func order() {
        let (old, new) = (Self.until(1), Self.until(2))
        #expect(Suspending.ofCluster(read: .some(nil), remembered: old, peers: [new]) == nil)
        #expect(Suspending.ofCluster(read: new, remembered: old, peers: [nil]) == new)
        #expect(Suspending.ofCluster(read: nil, remembered: old, peers: []) == old)
        #expect(Suspending.ofCluster(read: nil, remembered: old, peers: [nil, nil]) == nil)
        #expect(Suspending.ofCluster(read: nil, remembered: nil, peers: [nil, new, old]) == new)
    }
}
