import ClusterModel
import Foundation
import GRDB
import Testing

@testable import StateStore

/// Pairs of names that a careless comparison takes for one.
private let namePairs: [(ResourceID, ResourceID)] = [
    (policy("caf\u{E9}"), policy("cafe\u{301}")),
    (policy("a", vhost: nil), policy("a", vhost: "")),
    (policy("a", vhost: ""), policy("a", vhost: "/")),
    (policy("a", vhost: "\u{301}x"), policy("a", vhost: "x")),
    (policy("Ha"), policy("ha")),
    (policy("a "), policy("a")),
    (policy("a\0b"), policy("a\0c")),
    (policy("a\0"), policy("a")),
    (policy("\u{1}\u{3}"), policy("\0")),
    (policy("\u{1}\u{2}"), policy("\u{1}")),
    (policy("b/c", vhost: "a"), policy("c", vhost: "a/b")),
    (policy(""), policy(" ")),
]

private let hostileNames = [
    "'; DROP TABLE ownedResource; --", "\"double\"", "new\nline\ttab", "%_*?", "\u{202E}right to left", "👩‍👩‍👧",
    "?1 :name @x $y",
    "\u{1}\u{2}\u{3}", "\u{FEFF}mark", String(repeating: "x", count: 255),
]

@Suite struct MemoryTests {
    let store: StateStore
    init() throws { store = try .inMemory() }

    @Test("Names that only look alike are two", arguments: namePairs)
    func lookalikes(_ one: ResourceID, _ other: ResourceID) throws {
        try store.own([one], run: nil, at: start)
        #expect(try store.inventory() == [one])
        try store.own([other], run: nil, at: start)
        #expect(try store.inventory() == [one, other])
        try store.recordObservation(
            ["policy": .known([one, other].map { ObservedRecord($0, digest: "1", fields: .null) })], at: start)
        #expect(try store.observed(one)?.id == one)
        #expect(try store.observed(other)?.id == other)
        try store.disown([one])
        #expect(try store.inventory() == [other])
    }

    @Test("Hostile names come back byte for byte, in every table", arguments: hostileNames)
    func hostile(_ name: String) throws {
        let id = policy(name, vhost: name)
        let run = try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start)
        let step = try store.beginStep(run: run, command: name, actions: [creation(of: id)], at: start)
        try store.finishStep(step, exitCode: 0, outputTail: name, outcomes: [(id, .failed(name))], at: start)
        try store.own([id], run: run, at: start)
        try store.recordStalls([Stall(id, message: name, fingerprint: "f", since: start)])
        try store.recordDrift([Drift(id, .missing)], observedKinds: [], run: run, at: start)
        let fields: JSONValue = ["value": .string(name)]
        try store.recordObservation(
            ["policy": .known([ObservedRecord(id, digest: "1", fields: fields)])], at: start)
        #expect(try store.run(run)?.steps[0].actions[0].resource == id)
        #expect(try store.run(run)?.steps[0].actions[0].outcome == .failed(name))
        #expect(try store.run(run)?.steps[0].command.sameBytes(as: name) == true)
        #expect(try store.inventory() == [id])
        #expect(try store.stalls() == [id: Stall(id, message: name, fingerprint: "f", since: start)])
        #expect(try store.openDrift().map(\.resource) == [id])
        #expect(try store.observed("policy").map(\.id) == [id])
        #expect(try JSONValue(stored: store.observed("policy")[0].fieldsText) == fields)
    }

    @Test("The inventory is a set: owning twice and disowning what is not owned are no errors")
    func inventory() throws {
        try store.own([policy("a"), policy("a"), policy("b")], run: nil, at: start)
        try store.own([policy("a")], run: nil, at: start + 1)
        try store.disown([policy("b"), policy("never")])
        #expect(try store.inventory() == [policy("a")])
    }

    @Test("Owning for a run that does not exist is refused")
    func inventoryOfNoRun() throws {
        #expect(storeError { try store.own([policy("a")], run: 42, at: start) }?.code == .invalid)
        #expect(try store.inventory().isEmpty)
    }

    @Test("A stall is remembered until it is cleared; a later one takes its place")
    func stalls() throws {
        let first = Stall(policy("a"), message: "no", fingerprint: "1", since: start)
        let second = Stall(policy("a"), message: "still no", fingerprint: "2", since: start + 1)
        let other = Stall(policy("b"), message: "no", fingerprint: "3", since: start)
        try store.recordStalls([first, other])
        try store.recordStalls([second])
        #expect(try store.stalls() == [policy("a"): second, policy("b"): other])
        try store.clearStalls([policy("a")])
        #expect(try store.stalls() == [policy("b"): other])
    }

    @Test("Seen, attempted and applied are three things, and going back to an earlier revision is seen")
    func revisions() throws {
        try store.recordRevision("a", path: "/etc/warren", at: start)
        try store.setAttempted("a", at: start + 1)
        try store.setApplied("a", at: start + 2)
        try store.recordRevision("b", path: "/etc/warren", at: start + 3)
        try store.recordRevision("b", path: "/etc/warren", at: start + 4)
        try store.setAttempted("b", at: start + 5)
        #expect(
            try store.revisions(limit: 9) == [
                RevisionRecord(
                    revision: "b", path: "/etc/warren", firstSeenAt: start + 3, lastSeenAt: start + 3,
                    attemptedAt: start + 5, appliedAt: nil),
                RevisionRecord(
                    revision: "a", path: "/etc/warren", firstSeenAt: start, lastSeenAt: start,
                    attemptedAt: start + 1, appliedAt: start + 2),
            ])
        #expect(try store.lastApplied()?.revision == "a")
        try store.recordRevision("a", path: "/etc/warren", at: start + 6)
        #expect(try store.revisions(limit: 1).map(\.lastSeenAt) == [start + 6])
        #expect(storeError { try store.setApplied("never", at: start) }?.code == .invalid)
    }

    @Test("An export is kept only when it differs from the newest, and only the last 20 are")
    func snapshots() throws {
        #expect(try store.saveSnapshot(definitions: "{}", at: start))
        #expect(try !store.saveSnapshot(definitions: "{}", at: start + 1))
        for index in 1...24 {
            #expect(try store.saveSnapshot(definitions: "{\"é\":\(index)}", at: start + Int64(index)))
        }
        let kept = try store.snapshots()
        #expect(kept.count == 20)
        #expect(kept.first?.takenAt == start + 24)
        #expect(kept.first?.bytes == 9)
        #expect(try kept.first.flatMap { try store.snapshotDefinitions($0.id) } == "{\"é\":24}")
        #expect(try store.snapshotDefinitions(1) == nil)
    }

    @Test("Writers of one process wait for each other")
    func concurrentWriters() async throws {
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                group.addTask { try store.own([policy("p\(index)")], run: nil, at: start) }
            }
            try await group.waitForAll()
        }
        #expect(try store.inventory().count == 20)
    }

    @Test("Everything that is looked up by a condition has an index")
    func indices() throws {
        try store.read { db in
            let queries = [
                "SELECT 1 FROM drift WHERE closedAt IS NULL ORDER BY openedAt",
                "SELECT 1 FROM drift WHERE openedAt >= 1 OR closedAt >= 1",
                "SELECT 1 FROM observedResource WHERE kind = 'a'",
                "SELECT 1 FROM step WHERE run = 1", "SELECT 1 FROM action WHERE step = 1",
                "SELECT 1 FROM ownedResource WHERE run = 1", "SELECT 1 FROM drift WHERE openedBy = 1",
            ]
            for query in queries {
                let plan = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(query)").map { $0["detail"] as String }
                #expect(!plan.contains { $0.hasPrefix("SCAN") && !$0.contains("INDEX") }, "\(query): \(plan)")
            }
        }
    }
}
