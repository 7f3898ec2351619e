import ClusterModel
import StateStore
import Testing

@Suite struct SuspensionTests {
    @Test("A suspension survives a restart, one of each scope, and a newer one takes its place")
    func survives() throws {
        try withStatePath { path in
            let first = Suspension(.host, author: "a\u{0}b", reason: "<b>", since: start, until: start + 60)
            let second = Suspension(.cluster, author: "bob", reason: "r", since: start, until: start + 90)
            let third = Suspension(.host, author: "carol", reason: "r", since: start, until: start + 120)
            do {
                let store = try open(path)
                try store.suspend(first)
                try store.suspend(second)
                try store.suspend(third)
                try store.close()
            }
            let store = try open(path)
            #expect(try store.suspensions() == [second, third])
            #expect(try store.suspensions().active(at: start + 100) == [third])
            #expect(try store.suspensions().active(at: start + 10).map(\.author) == ["carol", "bob"])
            #expect(try store.resume(.cluster) == second)
            #expect(try store.resume(.cluster) == nil)
            #expect(try store.suspensions() == [third])
        }
    }
}
