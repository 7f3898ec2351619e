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

    @Test("A drift is opened once, brought up to date while open, and closed by the run that repaired it")
    func life() throws {
        let run = try store.beginRun(cause: .event, host: "mq1", revision: nil, at: start)
        let id = policy("ha")
        let opened = try store.recordDrift(
            [changed(id, to: 1)], observedKinds: ["policy"], authors: [id: "guest"], run: run, at: start)
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
                [Drift(id, .missing)], observedKinds: ["policy"], authors: author.map { [id: $0] } ?? [:], run: nil,
                at: start)
        }
        #expect(try store.openDrift().first?.author == "bob")
    }
}
