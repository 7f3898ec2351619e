import ClusterModel
import HostAccess
import StatusServer
import TestSupport
import Testing

@Suite("Reading other hosts")
struct PeerClientTests {
    private let client = PeerClient(deadline: .seconds(2))

    private func peer(_ host: String, _ address: ListenAddress) -> PeerClient.Peer {
        PeerClient.Peer(host, at: address.host, port: address.port)
    }

    @Test("gives each host's snapshot, or why there is none, and one that hangs delays nobody beyond the deadline")
    func several() async throws {
        let dead = try #require(LocalPort.anyFree())
        try await Running.statusServer(Changing(Examples.broker)) { (mq1) async throws in
            try await Running.statusServer(Changing(Examples.proxy)) { (lb1) async throws in
                try await FakeServer.run("") { (silent) async throws in
                    let begun = ContinuousClock.now
                    let found = await client.snapshots(of: [
                        peer("mq1", mq1), peer("lb1", lb1), peer("mq2", silent),
                        PeerClient.Peer("mq3", at: "127.0.0.1", port: dead), peer("mq9", mq1),
                    ])
                    #expect(ContinuousClock.now - begun < .seconds(8))
                    #expect(found["mq1"] == .success(Examples.broker))
                    #expect(found["lb1"] == .success(Examples.proxy))
                    #expect(found["mq2"] == .failure(.deadline(.seconds(2))))
                    #expect(found["mq3"] == .failure(.unreachable("connection refused")))
                    #expect(found["mq9"] == .failure(.otherHost("mq1")))
                }
            }
        }
    }

    @Test("asks nobody where there is nobody")
    func none() async { #expect(await client.snapshots(of: []).isEmpty) }

    @Test(
        "says what is wrong with an answer",
        arguments: [
            ("garbage\r\n\r\n", PeerFailure.unreadable("it is not HTTP")),
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", .refused(status: 404)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", .unreadable("host is missing")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnonsense!", .unreadable("it is not JSON of a status")),
        ])
    func badAnswer(text: String, failure: PeerFailure) async throws {
        try await FakeServer.run(text) { (server) async throws in
            #expect(await client.snapshot(of: peer("mq1", server)) == .failure(failure))
        }
    }

    @Test("refuses an answer that is longer than the limit, also one without end")
    func tooLong() async throws {
        let small = PeerClient(deadline: .seconds(10), sizeLimit: 1000)
        let body = String(repeating: "a", count: 2000)
        for head in ["Content-Length: 2000", "Connection: close", "Content-Length: 99999999999"] {
            try await FakeServer.run("HTTP/1.1 200 OK\r\n\(head)\r\n\r\n\(body)") { (server) async throws in
                #expect(await small.snapshot(of: peer("mq1", server)) == .failure(.tooLarge(limit: 1000)))
            }
        }
    }

    @Test("ends at once when it is called off")
    func cancelled() async throws {
        try await FakeServer.run("") { (server) async throws in
            let slow = PeerClient(deadline: .seconds(60))
            let task = Task { await slow.snapshots(of: [peer("mq1", server)]) }
            task.cancel()
            #expect(await task.value["mq1"] == .failure(.unreachable("it was called off")))
        }
    }

    @Test("says which names lead nowhere")
    func unknownName() async {
        let found = await client.snapshot(of: PeerClient.Peer("mq1", at: "no-such-host.invalid", port: 80))
        guard case .failure(let failure) = found else { return #expect(Bool(false), "\(found)") }
        #expect(failure == .deadline(.seconds(2)) || failure.description.contains("no-such-host.invalid"))
    }
}
