import ClusterModel
import Foundation
import StatusServer
import TestSupport
import Testing

@Suite("A hostile client")
struct HostileClientTests {
    private static var short: ServerLimits {
        var limits = ServerLimits()
        limits.requestTime = .milliseconds(300)
        limits.connectionTime = .milliseconds(900)
        return limits
    }

    @Test(
        "that sends garbage is answered with 400 or cut off, and others are served",
        arguments: [
            "garbage\r\n\r\n", "\u{0}\u{1}\u{2}\u{FFFD}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}",
        ])
    func garbage(request: String) async throws {
        var limits = Self.short
        limits.connectionTime = .seconds(30)
        try await Running.statusServer(limits: limits) { (server) async throws in
            let answer = try await server.answer(to: request)
            #expect(!answer.hasPrefix("HTTP/1.1 200") || request.hasPrefix("GET / HTTP/9.9"), "\(answer.prefix(40))")
            #expect(try await server.get("/healthz").status == "HTTP/1.1 200 OK")
        }
    }

    @Test("that sends a huge header is refused before it is held in memory")
    func hugeHeader() async throws {
        try await Running.statusServer { (server) async throws in
            for field in ["X: " + String(repeating: "a", count: 200_000), String(repeating: "X: a\r\n", count: 5000)] {
                let connection = try RawConnection(server)
                connection.send("GET / HTTP/1.1\r\n\(field)\r\n\r\n")
                let answer = try #require(await connection.wholeAnswer())
                #expect(answer.hasPrefix("HTTP/1.1 400") || answer == "", "\(answer.prefix(40))")
            }
            let path = String(repeating: "a", count: 200_000)
            let long = try await server.answer(to: "GET /\(path) HTTP/1.1\r\n\r\n")
            #expect(!long.contains("200 OK"))
            #expect(try await server.get("/healthz").status == "HTTP/1.1 200 OK")
        }
    }

    @Test("that is slow is cut off, however it is slow", arguments: ["silent", "header", "body"])
    func slow(manner: String) async throws {
        try await Running.statusServer(limits: Self.short) { (server) async throws in
            let connection = try RawConnection(server)
            if manner == "header" { connection.send("GET / HTTP/1.1\r\nX: ") }
            if manner == "body" { connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n") }
            let begun = ContinuousClock.now
            let isOver = await eventually(within: .seconds(10)) {
                if manner != "silent" { connection.send("a") }
                connection.read()
                return connection.isOver
            }
            #expect(isOver)
            #expect(ContinuousClock.now - begun < .seconds(3))
        }
    }

    @Test("that sends an endless body has its answer, and is cut off")
    func endlessBody() async throws {
        try await Running.statusServer { (server) async throws in
            let connection = try RawConnection(server)
            connection.send("POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("1000\r\n\(String(repeating: "a", count: 4096))\r\n".utf8)
            var sent = 0
            let isOver = await eventually {
                while true {
                    let count = connection.send(chunk)
                    sent += count
                    if count < chunk.count { break }
                }
                connection.read()
                return connection.isOver
            }
            #expect(isOver)
            #expect(sent < 32 << 20)
            #expect(try await server.get("/healthz").status == "HTTP/1.1 200 OK")
        }
    }

    @Test("that never reads its answer is cut off")
    func deaf() async throws {
        let drift = (0..<200).map {
            HostSnapshot.DriftItem(
                Drift(ResourceID("queue", name: String(repeating: "q", count: 40_000) + "\($0)"), .missing))
        }
        let snapshot = Changing(HostSnapshot(host: "mq1", aliveAt: Examples.now, drift: drift))
        try await Running.statusServer(snapshot, limits: Self.short) { (server) async throws in
            let connection = try RawConnection(server)
            connection.send("GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await eventually { try connection.isClosedByServer() })
            let answer = try #require(await connection.wholeAnswer())
            #expect(answer.utf8.count < 8_000_000)
        }
    }

    @Test("that sends many requests at once has one answered")
    func pipeline() async throws {
        try await Running.statusServer { (server) async throws in
            let answer = try await server.answer(
                to: String(repeating: "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", count: 1000))
            #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 2)
        }
    }

    @Test("that holds all connections delays others until its own are cut off")
    func manyConnections() async throws {
        var limits = Self.short
        limits.connections = 8
        try await Running.statusServer(limits: limits) { (server) async throws in
            let held = try (0..<100).map { _ in try RawConnection(server) }
            #expect(
                await eventually(within: .seconds(30)) {
                    await (try? server.get("/healthz"))?.status == "HTTP/1.1 200 OK"
                })
            for connection in held { #expect(await connection.wholeAnswer() != nil) }
        }
    }
}
