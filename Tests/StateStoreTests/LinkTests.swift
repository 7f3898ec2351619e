import ClusterModel
import Testing

@testable import StateStore

@Suite struct LinkMemoryTests {
    @Test("it is remembered since when a link is down, until it runs again")
    func since() throws {
        try withStatePath { path in
            let store = try open(path)
            let (one, other) = (ResourceID("link", vhost: "", name: "a"), ResourceID("link", vhost: "v", name: "b"))
            let later = start + 1
            #expect(try store.rememberDown([one], at: start) == [one: start])
            #expect(try store.rememberDown([one, other], at: later) == [one: start, other: later])
            #expect(try store.rememberDown([other], at: later) == [other: later])
            #expect(try store.rememberDown([], at: later) == [:])
            #expect(try store.rememberDown([one], at: later) == [one: later])
            try store.close()
        }
    }
}
