import ClusterModel
import Logging
import ServiceLifecycle
import StatusServer
import TestSupport
import Testing

@Suite("The status server")
struct StatusServerTests {
    @Test("answers over HTTP what the pages say, and closes the connection")
    func answers() async throws {
        try await Running.statusServer { (server) async throws in
            let status = try await server.get("/v1/status")
            #expect(status.status == "HTTP/1.1 200 OK")
            #expect(status.head.lowercased().contains("\r\nconnection: close"))
            #expect(status.head.lowercased().contains("\r\ncontent-length: \(status.body.utf8.count)"))
            #expect(try SnapshotJSON.snapshot(Array(status.body.utf8)) == Examples.broker)
            #expect(try await server.get("/healthz").body == "ok\n")
            #expect(try await server.get("/readyz").body == "ok\n")
            #expect(try await server.get("/metrics").body.contains("\nprocess_resident_memory_bytes "))
            #expect(try await server.get("/").body.hasPrefix("<!doctype html>"))
            #expect(try await server.get("/nothing").status == "HTTP/1.1 404 Not Found")
            #expect(try await server.get("/v1/status", method: "DELETE").status == "HTTP/1.1 405 Method Not Allowed")
        }
    }

    @Test("answers HEAD with the fields of GET and no body")
    func head() async throws {
        try await Running.statusServer { (server) async throws in
            let (get, head) = (try await server.get("/"), try await server.get("/", method: "HEAD"))
            #expect(head.head == get.head)
            #expect(head.body == "")
        }
    }

    @Test("shows what is known at the moment of the request")
    func fresh() async throws {
        let snapshot = Changing(Examples.broker)
        try await Running.statusServer(snapshot) { (server) async throws in
            let before = try await server.get("/healthz")
            #expect(before.status == "HTTP/1.1 200 OK")
            snapshot.value.aliveAt = Examples.time(3600)
            let after = try await server.get("/healthz")
            #expect(after.status == "HTTP/1.1 503 Service Unavailable")
        }
    }

    @Test("listens on several addresses, and says which")
    func severalAddresses() async throws {
        let server = StatusServer(
            addresses: [ListenAddress("127.0.0.1", port: 0), ListenAddress("::1", port: 0)],
            now: { Examples.now },
            snapshot: { Examples.broker })
        let (listening, sink) = AsyncStream.makeStream(of: [ListenAddress].self)
        let task = Task { try await server.run { sink.yield($0) } }
        let places = try #require(await listening.first { _ in true })
        #expect(Set(places.map(\.host)) == ["127.0.0.1", "::1"])
        #expect(places.allSatisfy { $0.port > 0 })
        task.cancel()
        try await task.value
    }

    @Test("says which port is in use and what to do, and which address is not of this host")
    func cannotListen() async throws {
        try await Running.statusServer { taken in
            let second = StatusServer(
                addresses: [ListenAddress("127.0.0.1", port: 0), taken], now: { Examples.now },
                snapshot: { Examples.broker })
            let error = await #expect(throws: ServerError.self) { try await second.run() }
            #expect(error == .portInUse(taken))
            let words = error?.description ?? ""
            #expect(
                words.contains("127.0.0.1:\(taken.port)") && words.contains("ss -ltnp") && words.contains("spec.status")
            )
            let check = AgentCheckServer(address: taken) { nil }
            await #expect(throws: ServerError.portInUse(taken)) { try await check.run() }
        }
        let foreign = ListenAddress("192.0.2.1", port: 0)
        let server = StatusServer(addresses: [foreign], now: { Examples.now }, snapshot: { Examples.broker })
        await #expect(throws: ServerError.notAnAddressOfThisHost(foreign)) { try await server.run() }
    }

    @Test("stops within 200 ms, also with clients that hold connections and a request that is not answered yet")
    func stops() async throws {
        var times: [Duration] = []
        // The best of a few, as a machine that runs other tests may keep a thread waiting.
        while times.count < 10, times.allSatisfy({ $0 >= .milliseconds(200) }) { times.append(try await stopTime()) }
        #expect(times.contains { $0 < .milliseconds(200) }, "\(times)")
    }

    private func stopTime() async throws -> Duration {
        let asked = Changing(false)
        let server = StatusServer(
            addresses: [ListenAddress("127.0.0.1", port: 0)], now: { Examples.now },
            snapshot: {
                asked.value = true
                try? await Task.sleep(for: .seconds(60))
                return Examples.broker
            })
        let (listening, sink) = AsyncStream.makeStream(of: ListenAddress.self)
        let task = Task { try await server.run { sink.yield($0[0]) } }
        let place = try #require(await listening.first { _ in true })
        let (idle, asking) = (try RawConnection(place), try RawConnection(place))
        idle.send("GET")
        asking.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { asked.value })
        let begun = ContinuousClock.now
        task.cancel()
        try await task.value
        let time = ContinuousClock.now - begun
        #expect(await idle.wholeAnswer() == "")
        return time
    }

    @Test("is a service: it stops with its group, and the port is free at once")
    func service() async throws {
        for _ in 0..<5 {
            let (listening, sink) = AsyncStream.makeStream(of: ListenAddress.self)
            let server = StatusServer(
                addresses: [ListenAddress("127.0.0.1", port: 0)], now: { Examples.now }, snapshot: { Examples.broker })
            let check = AgentCheckServer(address: ListenAddress("127.0.0.1", port: 0)) { AgentAnswer(.up) }
            let group = ServiceGroup(
                services: [
                    Wrapped { try await server.run { sink.yield($0[0]) } },
                    Wrapped { try await check.run { sink.yield($0) } },
                ], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let task = Task { try await group.run() }
            var places: [ListenAddress] = []
            for await place in listening.prefix(2) { places.append(place) }
            let open = try places.map { try RawConnection($0) }
            await group.triggerGracefulShutdown()
            try await task.value
            for connection in open { #expect(await connection.wholeAnswer(within: .seconds(1)) != nil) }
            for place in places { #expect(throws: TestFailure.self) { try RawConnection(place) } }
        }
    }

    @Test("stops with connections that came in this moment, and that nobody has served yet")
    func burst() async throws {
        for _ in 0..<10 {
            let (listening, sink) = AsyncStream.makeStream(of: ListenAddress.self)
            let server = StatusServer(
                addresses: [ListenAddress("127.0.0.1", port: 0)], now: { Examples.now }, snapshot: { Examples.broker })
            let check = AgentCheckServer(address: ListenAddress("127.0.0.1", port: 0)) { AgentAnswer(.up) }
            let task = Task {
                try await withThrowingTaskGroup { group in
                    group.addTask { try await server.run { sink.yield($0[0]) } }
                    group.addTask { try await check.run { sink.yield($0) } }
                    for try await _ in group {}
                }
            }
            var places: [ListenAddress] = []
            for await place in listening.prefix(2) { places.append(place) }
            let open = try places.flatMap { place in try (0..<64).map { _ in try RawConnection(place) } }
            task.cancel()
            try await task.value
            for connection in open { #expect(await connection.wholeAnswer(within: .seconds(1)) != nil) }
        }
    }
}

private struct Wrapped: Service {
    let body: @Sendable () async throws -> Void
    func run() async throws { try await body() }
}
