import ClusterModel
import Foundation
import GRDB
import Testing

@testable import StateStore

@Suite struct ObservationTests {
    let store: StateStore
    init() throws { store = try .inMemory() }

    private func record(_ id: ResourceID, _ digest: String, _ fields: JSONValue = [:]) -> ObservedRecord {
        ObservedRecord(id, digest: digest, fields: fields)
    }

    @Test("A resource keeps when it was first seen; its change moves only with its digest")
    func firstAndLast() throws {
        let id = policy("ha")
        try store.recordObservation(["policy": .known([record(id, "1", ["priority": 0])])], at: start)
        try store.recordObservation(["policy": .known([record(id, "1", ["priority": 0])])], at: start + 10)
        #expect(try store.observed(id)?.changedAt == start)
        try store.recordObservation(["policy": .known([record(id, "2", ["priority": 1])])], at: start + 20)
        #expect(
            try store.observed(id)
                == StoredResource(
                    id: id, digest: "2", fieldsText: #"{"priority":1}"#, firstSeenAt: start, changedAt: start + 20))
    }

    @Test("Only rows that differ are written")
    func writesDifference() throws {
        func all(_ changed: String) -> [Kind: ObservedKind] {
            ["policy": .known((0..<100).map { record(policy("p\($0)"), $0 == 7 ? changed : "same") })]
        }
        #expect(try store.recordObservation(all("1"), at: start) == 100)
        #expect(try store.recordObservation(all("1"), at: start + 1) == 0)
        #expect(try store.recordObservation(all("2"), at: start + 2) == 1)
        #expect(try store.recordObservation(["policy": .known([])], at: start + 3) == 100)
        #expect(try store.observed("policy").isEmpty)
        #expect(try store.readings().map(\.count) == [0])
    }

    @Test("An unknown kind keeps what was read, when, and gets the reason; a kind not mentioned is left alone")
    func unknownKeeps() throws {
        try store.recordObservation(
            ["policy": .known([record(policy("a"), "1")]), "user": .known([])], at: start)
        try store.recordObservation(["policy": .unknown("no answer"), "queue": .unknown("cut off")], at: start + 1)
        try store.recordObservation(["policy": .unknown("still none")], at: start + 2)
        let readings = try store.readings()
        #expect(
            readings == [
                ReadingRecord(
                    kind: "policy", readAt: start, unknownReason: "still none", unknownSince: start + 1, count: 1),
                ReadingRecord(
                    kind: "queue", readAt: nil, unknownReason: "cut off", unknownSince: start + 1, count: 0),
                ReadingRecord(kind: "user", readAt: start, unknownReason: nil, unknownSince: nil, count: 0),
            ])
        #expect(try store.observed("policy").map(\.id) == [policy("a")])
        try store.recordObservation(["policy": .known([record(policy("a"), "1")])], at: start + 3)
        #expect(try store.readings()[0].unknownReason == nil)
        #expect(try store.readings()[0].readAt == start + 3)
    }

    @Test("A record under another kind is refused, and nothing of the observation is written")
    func otherKind() throws {
        let error = storeError {
            try store.recordObservation(
                ["user": .known([record(ResourceID("user", name: "u"), "1"), record(policy("a"), "1")])], at: start)
        }
        #expect(error?.code == .invalid)
        #expect(try store.readings().isEmpty)
    }

    @Test("5,000 unchanged resources are recorded in milliseconds")
    func fast() throws {
        try withStatePath { path in
            let store = try open(path)
            let records = (0..<5000).map {
                record(ResourceID("queue", vhost: "orders", name: "queue-\($0)"), "digest-\($0)", ["durable": true])
            }
            try store.recordObservation(["queue": .known(records)], at: start)
            let clock = ContinuousClock()
            let times = try (1...3).map { round in
                try clock.measure { try store.recordObservation(["queue": .known(records)], at: start + round) }
            }
            let opening = try clock.measure {
                let reader = try open(path, .readOnly)
                _ = try (reader.lastRun(), reader.readings(), reader.conditions(), reader.openDrift())
            }
            print("5,000 unchanged: \(times); opening and reading for a status: \(opening)")
            #if DEBUG
                let (bound, openingBound) = (Duration.milliseconds(1500), Duration.milliseconds(500))
            #else
                let (bound, openingBound) = (Duration.milliseconds(50), Duration.milliseconds(50))
            #endif
            #expect(try #require(times.min()) < bound)
            #expect(opening < openingBound)
        }
    }

    @Test("The cluster comes back as it was read; an unknown one keeps the last view")
    func cluster() throws {
        #expect(try store.cluster() == nil)
        let view = ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "rabbit \"quoted\"\n",
            members: ["rabbit@mq1", "rabbit@mq2"],
            runningMembers: ["rabbit@mq1"], partitions: ["rabbit@mq1": ["rabbit@mq2"]], alarms: ["memory"])
        try store.recordCluster(.unknown("no answer"), at: start)
        #expect(
            try store.cluster()
                == ClusterRecord(view: nil, readAt: nil, unknownReason: "no answer", unknownSince: start))
        try store.recordCluster(.known(view), at: start + 1)
        try store.recordCluster(.unknown("gone"), at: start + 2)
        #expect(
            try store.cluster()
                == ClusterRecord(view: view, readAt: start + 1, unknownReason: "gone", unknownSince: start + 2))
    }

    @Test("The transition of a condition moves only when its status changes")
    func conditions() throws {
        func converged(_ status: Condition.Status, _ message: String) -> [Condition] {
            [Condition(.converged, status, reason: "Because", message)]
        }
        try store.recordConditions(converged(.true, "a"), at: start)
        try store.recordConditions(converged(.true, "b"), at: start + 1)
        #expect(try store.conditions().map(\.lastTransition) == [start])
        #expect(try store.conditions().map(\.condition.message) == ["b"])
        try store.recordConditions(
            [Condition(.unpartitioned, .unknown, reason: "NoAnswer", "c")] + converged(.false, "d"), at: start + 2)
        #expect(try store.conditions().map(\.condition.name) == [.converged, .unpartitioned])
        #expect(try store.conditions().map(\.lastTransition) == [start + 2, start + 2])
        try store.recordConditions(converged(.false, "d"), at: start + 3)
        #expect(try store.conditions().map(\.condition.name) == [.converged])
    }
}
