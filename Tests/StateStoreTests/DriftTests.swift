import ClusterModel
import Foundation
import GRDB
import Testing

@testable import StateStore

@Suite struct DriftTests {
    let store: StateStore
    init() throws { store = try .inMemory() }

    private func changed(_ id: ResourceID, to value: JSONValue?) -> Drift {
        Drift(id, .changed([FieldChange(field: "priority", observed: value, desired: 0)]))
    }

    @Test("A run tells what it found of the resources that it acted on, also when that was open before")
    func found() throws {
        let (id, other) = (policy("ha"), policy("other"))
        try store.recordDrift(
            [changed(id, to: 1), changed(other, to: 7)], observedKinds: ["policy"], run: nil, at: start)
        let run = try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start + 1)
        let step = try store.beginStep(run: run, command: "import", actions: [creation(of: id)], at: start + 1)
        try store.recordDrift(
            [changed(other, to: 7)], observedKinds: ["policy"], repaired: [id], run: run, at: start + 2)
        try store.finishStep(step, exitCode: 0, outputTail: "", outcomes: [(id, .succeeded)], at: start + 2)
        try store.finishRun(run, result: .converged, sentence: "Done.", processes: 1, at: start + 2)
        let found = try #require(try store.run(run)).found
        #expect(found.mapValues(\.changes) == [id: [FieldChange(field: "priority", observed: 1, desired: 0)]])
        let later = try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start + 9)
        _ = try store.beginStep(run: later, command: "import", actions: [creation(of: id)], at: start + 9)
        #expect(try store.run(later)?.found.isEmpty == true)
    }

    @Test("A drift is opened once, brought up to date while open, and closed by the run that repaired it")
    func life() throws {
        let run = try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start)
        let id = policy("ha")
        let opened = try store.recordDrift(
            [changed(id, to: 1)], observedKinds: ["policy"], authors: { _ in [id: Author("guest")] }, run: run,
            at: start)
        #expect(opened == DriftTransition(opened: [id]))
        let again = try store.recordDrift([changed(id, to: 2)], observedKinds: ["policy"], run: run, at: start + 1)
        #expect(again == DriftTransition())
        let open = try #require(try store.openDrift().first)
        #expect(open.openedAt == start)
        #expect(open.changes == [FieldChange(field: "priority", observed: 2, desired: 0)])
        #expect(open.author == "guest")

        let closed = try store.recordDrift([], observedKinds: ["policy"], repaired: [id], run: run, at: start + 2)
        #expect(closed == DriftTransition(repaired: [id]))
        #expect(try store.openDrift().isEmpty)
        let entry = try #require(try store.driftSince(start).first)
        #expect(entry.id == open.id)
        #expect(entry.closedAt == start + 2)
        #expect(entry.closedBy == run)
        #expect(entry.resolution == .repaired)
        #expect(!entry.isOpen)
    }

    @Test("What goes without Warren's doing has vanished")
    func vanished() throws {
        try store.recordDrift([changed(policy("a"), to: 1)], observedKinds: ["policy"], run: nil, at: start)
        let closed = try store.recordDrift(
            [], observedKinds: ["policy"], repaired: [policy("b")], run: nil, at: start + 1)
        #expect(closed == DriftTransition(vanished: [policy("a")]))
        #expect(try store.driftSince(start).map(\.resolution) == [.vanished])
    }

    @Test("A kind that was not observed is left alone: its drift, and its unmanaged resources")
    func unobserved() throws {
        let user = ResourceID("user", name: "app")
        let stray = policy("stray")
        try store.recordDrift(
            [changed(policy("a"), to: 1), Drift(user, .missing), Drift(stray, .unexpected(.unmanaged))],
            observedKinds: ["policy", "user"], run: nil, at: start)
        try store.recordDrift([], observedKinds: ["user"], run: nil, at: start + 1)
        #expect(try store.openDrift().map(\.resource) == [policy("a")])
        #expect(try store.unmanaged() == [stray])
        try store.recordDrift([], observedKinds: ["policy"], run: nil, at: start + 2)
        #expect(try store.unmanagedCount() == 0)
    }

    @Test("Unmanaged resources are a plain list, not drift")
    func unmanaged() throws {
        let ids = [policy("b"), policy("a")]
        let transition = try store.recordDrift(
            ids.map { Drift($0, .unexpected(.unmanaged)) } + [Drift(policy("ours"), .unexpected(.created))],
            observedKinds: ["policy"], run: nil, at: start)
        #expect(transition.opened == [policy("ours")])
        #expect(try store.openDrift().map(\.word) == ["unexpected"])
        #expect(try store.unmanaged() == ids.sorted())
        #expect(try store.unmanagedCount() == 2)
    }

    @Test("The same resource drifting again is a new entry; what was changed and then deleted stays one")
    func entries() throws {
        let id = policy("a")
        for now in [start, start + 10] {
            try store.recordDrift([changed(id, to: 1)], observedKinds: ["policy"], run: nil, at: now)
            try store.recordDrift([Drift(id, .missing)], observedKinds: ["policy"], run: nil, at: now + 1)
            #expect(try store.openDrift().map(\.word) == ["missing"])
            #expect(try store.openDrift().map(\.openedAt) == [now])
            try store.recordDrift([], observedKinds: ["policy"], run: nil, at: now + 2)
        }
        #expect(try store.driftSince(start).map(\.openedAt) == [start + 10, start])
        #expect(try store.driftSince(start + 5).map(\.openedAt) == [start + 10])
        #expect(try store.driftSince(start, limit: 1).count == 1)
        #expect(try store.driftSince(start + 2).count == 2)
    }

    @Test("The ledger of a time has what was open at some moment of it: the open ones first, then the latest ended")
    func ledger() throws {
        func record(_ names: [String], _ now: Timestamp) throws {
            try store.recordDrift(
                names.map { Drift(policy($0), .missing) }, observedKinds: ["policy"], repaired: [policy("early")],
                run: nil, at: now)
        }
        try record(["early", "long"], start)
        try record(["long", "late"], start + 10)
        try record(["long"], start + 20)
        func names(_ since: Timestamp?, _ until: Timestamp? = nil) throws -> [String] {
            try store.ledger(since: since, until: until).map(\.resource.name)
        }
        #expect(try names(nil) == ["long"])
        #expect(try names(start) == ["long", "late", "early"])
        #expect(try names(start + 11) == ["long", "late"])
        #expect(try names(start + 21) == ["long"])
        #expect(try names(start, start + 5) == ["long", "early"])
        let lines = try store.ledger(since: start)
        #expect(lines.map(\.resolution) == [nil, .vanished, .repaired])
        #expect(try store.drift(lines.map(\.id) + [999]).map(\.resource.name) == ["long", "late", "early"])
    }

    @Test("An absent value and null are kept apart, and hostile values come back as they were")
    func values() throws {
        let changes = [
            FieldChange(field: "a", observed: nil, desired: .null),
            FieldChange(field: "b\"\n'", observed: .null, desired: nil),
            FieldChange(field: "c", observed: ["x": ["é", "e\u{301}", "'; DROP TABLE drift;--"]], desired: 1.5),
            FieldChange(field: "d", observed: true, desired: 9_007_199_254_740_993),
        ]
        try store.recordDrift(
            [Drift(policy("a"), .changed(changes))], observedKinds: ["policy"], run: nil, at: start)
        #expect(try store.openDrift().first?.changes == changes)
    }

    @Test("A later author takes the place of an earlier one, none does not")
    func authors() throws {
        let id = policy("a")
        for author in [nil, "anna", nil, "bob", nil] as [String?] {
            try store.recordDrift(
                [Drift(id, .missing)], observedKinds: ["policy"],
                authors: { _ in author.map { [id: Author($0)] } ?? [:] }, run: nil,
                at: start)
        }
        #expect(try store.openDrift().first?.author == "bob")
    }

    @Test("What closed without an author gets one afterwards, what has one keeps it")
    func lateAuthors() throws {
        let (nameless, named) = (policy("a"), policy("b"))
        try store.recordDrift(
            [Drift(nameless, .missing), Drift(named, .missing)], observedKinds: ["policy"],
            authors: { _ in [named: Author("anna")] }, run: nil, at: start)
        try store.recordDrift([], observedKinds: ["policy"], repaired: [nameless, named], run: nil, at: start + 1000)
        var asked: [ResourceID: Timestamp] = [:]
        try store.nameAuthors(ofDriftClosedSince: start) { closed in
            asked = closed
            return [nameless: Author("carol", at: start)]
        }
        #expect(asked == [nameless: start])
        let authors = try store.driftSince(start).map { "\($0.resource.name) \($0.author ?? "")" }
        #expect(authors.sorted() == ["a carol", "b anna"])
        try store.nameAuthors(ofDriftClosedSince: start + 1001) { closed in
            Issue.record("\(closed) is asked for")
            return [:]
        }
    }
}
