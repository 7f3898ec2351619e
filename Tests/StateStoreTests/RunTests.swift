import ClusterModel
import Foundation
import GRDB
import Testing

@testable import StateStore

@Suite struct RunTests {
    let store: StateStore
    init() throws { store = try .inMemory() }

    @Test("A run keeps cause, revision, times, result, sentence and number of processes")
    func wholeRun() throws {
        let id = try store.beginRun(cause: .commit, host: "mq1", revision: "4f1c", at: start)
        #expect(try store.lastRun()?.state == .running)
        try store.finishRun(id, result: .drifted, sentence: "One policy differs.", processes: 4, at: start + 2)
        let run = try #require(try store.run(id)).run
        #expect(
            run
                == RunRecord(
                    id: id, cause: .commit, host: "mq1", revision: "4f1c", startedAt: start, finishedAt: start + 2,
                    state: .finished(.drifted), sentence: "One policy differs.", processes: 4, actionCount: 0))
    }

    @Test("A run that was killed between intent and end is visible as interrupted, with what it was about to do")
    func interrupted() throws {
        try withStatePath { path in
            let before = try open(path)
            let id = try before.beginRun(cause: .event, host: "mq1", revision: nil, at: start)
            _ = try before.beginStep(run: id, command: "import", actions: [creation(of: policy("a"))], at: start)
            try before.close()

            let after = try open(path)
            try after.markInterruptedRuns()
            let detail = try #require(try after.run(id))
            #expect(detail.run.state == .interrupted)
            #expect(detail.run.finishedAt == nil)
            #expect(detail.steps.map(\.finishedAt) == [nil])
            #expect(detail.steps[0].actions.map(\.outcome) == [nil])
            #expect(detail.steps[0].actions[0].resource == policy("a"))
        }
    }

    @Test("The next run tells that an unfinished one before it was interrupted, and no other")
    func nextRunMarks() throws {
        let done = try store.beginRun(cause: .boot, host: "mq1", revision: nil, at: start)
        try store.finishRun(done, result: .converged, sentence: "Nothing to do.", processes: 1, at: start)
        let cut = try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start)
        let current = try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start)
        #expect(try store.runs(limit: 9).map(\.id) == [current, cut, done])
        #expect(try store.runs(limit: 9).map(\.state) == [.running, .interrupted, .finished(.converged)])
        #expect(try store.runs(limit: 9).map(\.state.word) == ["running", "interrupted", "converged"])
    }

    @Test("What was cut off is unfinished until something that ends it succeeded")
    func unfinished() throws {
        let run = try store.beginRun(cause: .resync, host: "mq1", revision: nil, at: start)
        func begin(_ id: ResourceID, _ outcome: Outcome?) throws {
            let step = try store.beginStep(run: run, command: "c", actions: [creation(of: id)], at: start + 1)
            guard let outcome else { return }
            try store.finishStep(step, exitCode: nil, outputTail: "", outcomes: [(id, outcome)], at: start + 2)
        }
        func isUnfinished() throws -> Bool {
            try store.isUnfinished(policy("a"), endedBy: policy("b"), since: start)
        }
        #expect(try !isUnfinished())
        try begin(policy("b"), .succeeded)
        #expect(try !isUnfinished())
        try begin(policy("a"), nil)
        #expect(try isUnfinished())
        try begin(policy("b"), .failed("no"))
        try begin(policy("b"), nil)
        try begin(policy("c"), .succeeded)
        #expect(try isUnfinished())
        try begin(policy("b"), .succeeded)
        #expect(try !isUnfinished())
        #expect(try store.isUnfinished(policy("a"), since: start))
        try begin(policy("a"), .unknown("cut off"))
        #expect(try isUnfinished())
        #expect(try !store.isUnfinished(policy("a"), since: start + 2))
    }

    @Test("Steps and actions come back in their order, each with its outcome")
    func steps() throws {
        let run = try store.beginRun(cause: .resync, host: "mq1", revision: nil, at: start)
        let ids = [policy("a"), policy("b"), ResourceID("user", name: "app"), policy("silent")]
        let step = try store.beginStep(
            run: run, command: "rabbitmqctl import_definitions", actions: ids.map(creation), at: start + 1)
        _ = try store.beginStep(run: run, command: "second", actions: [], at: start + 3)
        try store.finishStep(
            step, exitCode: 70, outputTail: "refused",
            outcomes: [(ids[0], .succeeded), (ids[1], .failed("bad value")), (ids[2], .unknown("cut off"))],
            at: start + 2)
        let detail = try #require(try store.run(run))
        #expect(detail.run.actionCount == 4)
        #expect(detail.steps.map(\.command) == ["rabbitmqctl import_definitions", "second"])
        #expect(detail.steps[0].exitCode == 70)
        #expect(detail.steps[0].startedAt == start + 1)
        #expect(detail.steps[0].finishedAt == start + 2)
        #expect(detail.steps[0].actions.map(\.resource) == ids)
        #expect(detail.steps[0].actions.map(\.outcome) == [.succeeded, .failed("bad value"), .unknown("cut off"), nil])
        #expect(detail.steps[0].actions.allSatisfy { $0.verb == .create && $0.reason == "missing" })
    }

    @Test("Of a long output the last 4 KiB are kept, cut between characters")
    func outputTail() throws {
        let run = try store.beginRun(cause: .resync, host: "mq1", revision: nil, at: start)
        let step = try store.beginStep(run: run, command: "x", actions: [], at: start)
        let output = String(repeating: "ü", count: 5000) + "!\0end"
        try store.finishStep(step, exitCode: 0, outputTail: output, outcomes: [], at: start)
        let tail = try #require(try store.run(run)).steps[0].outputTail
        #expect(tail.utf8.count <= 4096)
        #expect(tail.utf8.count >= 4093)
        #expect(tail.hasSuffix("ü!?end"))
        #expect(!tail.contains("\u{FFFD}"))
        #expect(String(repeating: "ü", count: 5000).storedHead.utf8.count == 4096)
        #expect(("a" + String(repeating: "ü", count: 5000)).storedHead.utf8.count == 4095)
    }

    @Test("Finishing what does not exist, or twice, is refused and writes nothing")
    func invalidCalls() throws {
        let run = try store.beginRun(cause: .boot, host: "mq1", revision: nil, at: start)
        let step = try store.beginStep(run: run, command: "x", actions: [creation(of: policy("a"))], at: start)
        let stray = storeError {
            try store.finishStep(step, exitCode: 0, outputTail: "", outcomes: [(policy("b"), .succeeded)], at: start)
        }
        #expect(stray?.code == .invalid)
        #expect(try store.run(run)?.steps[0].finishedAt == nil)
        try store.finishStep(step, exitCode: 0, outputTail: "", outcomes: [], at: start)
        try store.finishRun(run, result: .converged, sentence: "Done.", processes: 1, at: start)
        let wrong: [() throws -> Void] = [
            { try store.finishStep(step, exitCode: 1, outputTail: "", outcomes: [], at: start) },
            { try store.finishStep(99, exitCode: 1, outputTail: "", outcomes: [], at: start) },
            { try store.finishRun(run, result: .failed, sentence: "", processes: 0, at: start) },
            { try store.finishRun(99, result: .failed, sentence: "", processes: 0, at: start) },
            { _ = try store.beginStep(run: run, command: "late", actions: [], at: start) },
            { _ = try store.beginStep(run: 99, command: "stray", actions: [], at: start) },
        ]
        for call in wrong { #expect(storeError(call)?.code == .invalid) }
        #expect(try store.run(run)?.run.state == .finished(.converged))
        #expect(try store.run(99) == nil)
    }

    @Test("Runs are paged from the newest on")
    func paging() throws {
        let ids = try (1...5).map { _ in
            try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start)
        }
        #expect(try store.runs(limit: 2).map(\.id) == [ids[4], ids[3]])
        #expect(try store.runs(limit: 2, before: ids[3]).map(\.id) == [ids[2], ids[1]])
        #expect(try store.runs(limit: -1).isEmpty)
    }

    @Test("The schema refuses words that the code does not know")
    func schemaChecks() throws {
        let error = storeError {
            try store.write { db in
                try db.execute(sql: "INSERT INTO run (cause, host, startedAt) VALUES ('whim', 'mq1', 0)")
            }
        }
        #expect(error?.code == .invalid)
    }
}

@Suite struct RetentionTests {
    let store: StateStore
    init() throws { store = try .inMemory() }

    private func run(at now: Timestamp, actions: [ResourceID] = []) throws -> Int64 {
        let id = try store.beginRun(cause: .resync, host: "mq1", revision: nil, at: now)
        if !actions.isEmpty {
            _ = try store.beginStep(run: id, command: "x", actions: actions.map(creation), at: now)
        }
        return id
    }

    private func finish(_ id: Int64, at now: Timestamp) throws {
        try store.finishRun(id, result: .converged, sentence: "Nothing to do.", processes: 1, at: now)
    }

    @Test("Finishing a run drops runs and closed drift older than 90 days, with their steps and actions")
    func dropsOld() throws {
        let drift = Drift(policy("old"), .missing)
        let old = try run(at: start, actions: [policy("old")])
        try store.recordDrift([drift], observedKinds: ["policy"], run: old, at: start)
        try store.recordDrift([], observedKinds: ["policy"], run: old, at: start)
        try store.recordDrift([Drift(policy("open"), .missing)], observedKinds: ["policy"], run: old, at: start)
        try store.own([policy("old")], run: old, at: start)
        try finish(old, at: start)
        let fresh = try run(at: start + 89 * day)
        try finish(fresh, at: start + 89 * day)
        #expect(try store.run(old) != nil)
        let last = try run(at: start + 91 * day)
        try finish(last, at: start + 91 * day)
        #expect(try store.runs(limit: 9).map(\.id) == [last, fresh])
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM action") } == 0)
        #expect(try store.driftSince(start).map(\.resource) == [policy("open")])
        #expect(try store.openDrift().first?.openedBy == nil)
        #expect(try store.inventory() == [policy("old")])
    }

    @Test("At most the given number of runs, actions and closed drifts is kept")
    func limits() throws {
        let ids = try (0..<6).map { index in
            try run(at: start + Int64(index), actions: [policy("a"), policy("b")])
        }
        for name in ["a", "b", "c"] {
            try store.recordDrift([Drift(policy(name), .missing)], observedKinds: ["policy"], run: nil, at: start)
        }
        var retention = Retention.standard
        retention.runs = 4
        retention.closedDrift = 2
        try store.write { db in try retention.prune(db, now: start + 10) }
        #expect(try store.runs(limit: 9).map(\.id) == ids.suffix(4).reversed())
        #expect(try store.driftSince(start).map(\.resource.name) == ["c", "b"])
        retention.actions = 5
        try store.write { db in try retention.prune(db, now: start + 10) }
        #expect(try store.runs(limit: 9).map(\.id) == ids.suffix(2).reversed())
    }

    @Test("The newest run stays, however old it is or large")
    func keepsNewest() throws {
        let id = try run(at: start, actions: [policy("a"), policy("b")])
        var retention = Retention.standard
        retention.actions = 1
        try store.write { db in try retention.prune(db, now: start) }
        try store.prune(olderThan: start + 999 * day)
        #expect(try store.run(id) != nil)
    }

    @Test("Of 2,100 runs 2,000 are kept")
    func manyRuns() throws {
        try store.write { db in
            for index in 0..<2099 {
                try db.execute(
                    sql: """
                        INSERT INTO run (cause, host, startedAt, finishedAt, result, sentence, processes)
                        VALUES ('resync', 'mq1', ?, ?, 'converged', 'Nothing to do.', 1)
                        """, arguments: [start.milliseconds + Int64(index), start.milliseconds])
            }
        }
        try finish(run(at: start + 10), at: start + 10)
        #expect(try store.runs(limit: 9999).count == 2000)
    }

    @Test("Old revisions go, the applied one stays")
    func revisions() throws {
        for index in 0..<10 { try store.recordRevision("r\(index)", path: "m.yaml", at: start + Int64(index)) }
        try store.setApplied("r1", at: start + 20)
        var retention = Retention.standard
        retention.revisions = 3
        try store.write { db in try retention.prune(db, now: start + 30) }
        #expect(try store.revisions(limit: 99).map(\.revision) == ["r9", "r8", "r7", "r1"])
    }
}
