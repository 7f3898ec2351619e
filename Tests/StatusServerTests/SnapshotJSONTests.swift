import ClusterModel
import Testing

@testable import StatusServer

@Suite("The JSON of a host's status")
struct SnapshotJSONTests {
    @Test("reads back as the snapshot that it was made of", arguments: ["broker", "proxy", "blank"])
    func roundTrip(name: String) throws {
        let snapshot = try #require(Examples.all.first { $0.name == name }).snapshot
        let text = SnapshotJSON.text(snapshot)
        #expect(try SnapshotJSON.snapshot(Array(text.utf8)) == snapshot)
    }

    @Test("is the same bytes each time, with the members of every object sorted, on one line")
    func stable() {
        let texts = Set((0..<20).map { _ in SnapshotJSON.text(Examples.broker) })
        #expect(texts.count == 1)
        let text = texts.first ?? ""
        #expect(
            text.hasPrefix(#"{"aliveAt":"2026-11-22T20:59:59.000Z","blocked":[{"guard":"holds-no-messages","reason":"#))
        #expect(text.count { $0 == "\n" } == 1)
    }

    @Test("of a newer Warren is read: unknown members are left out, unknown words become unknown")
    func newer() throws {
        let text = """
            {"host":"mq1","mode":"dream","colour":"blue","node":{"name":"rabbit@mq1","state":"levitating","data":"holographic",
            "answer":{"word":"sideways"},"moons":[1,2]},"conditions":[{"name":"Polished","status":"Very","reason":"New"}],
            "proxy":{"haproxy":"melted","keepalived":"running","backends":[{"listener":"a","server":"b","status":"UP","x":1}]}}
            """
        let snapshot = try SnapshotJSON.snapshot(Array(text.utf8))
        #expect(snapshot.mode == .unknown)
        #expect(snapshot.node?.state == .unknown)
        #expect(snapshot.node?.data == .unknown)
        #expect(snapshot.node?.answer?.word == .unknown)
        #expect(snapshot.conditions == [.init("Polished", .unknown, reason: "New")])
        #expect(snapshot.proxy?.haproxy == .unknown)
        #expect(snapshot.proxy?.backends?.first?.isUp == true)
    }

    @Test("of an older Warren is read: only the host must be there")
    func older() throws {
        #expect(try SnapshotJSON.snapshot(Array(#"{"host":"mq1"}"#.utf8)).host == "mq1")
        let nested = #"{"host":"mq1","node":{"name":"rabbit@mq1","cluster":{}},"proxy":{},"revision":{},"lead":null}"#
        let snapshot = try SnapshotJSON.snapshot(Array(nested.utf8))
        #expect(snapshot.node?.state == .unknown)
        #expect(snapshot.node?.cluster?.members == [])
        #expect(snapshot.proxy?.keepalived == .unknown)
    }

    @Test(
        "that is none is refused with what is wrong, and nothing of it is quoted",
        arguments: [
            "", "[]", "{", #"{"hosts":"SECRET"}"#, #"{"host":["SECRET"]}"#, #"{"host":"a","startedAt":"SECRET"}"#,
        ])
    func refused(text: String) {
        let error = #expect(throws: SnapshotUnreadable.self) { try SnapshotJSON.snapshot(Array(text.utf8)) }
        #expect(error.map { !$0.description.isEmpty && !$0.description.contains("SECRET") } == true)
    }

    @Test("stays small while ten thousand resources drift, and counts them all")
    func bounded() throws {
        let drift = (0..<10_000).map {
            HostSnapshot.DriftItem(Drift(ResourceID("queue", vhost: "v", name: "q\($0)"), .missing))
        }
        let snapshot = HostSnapshot(host: "mq1", drift: drift)
        #expect(snapshot.drift.count == HostSnapshot.listLimit)
        #expect(snapshot.totals.drift == 10_000)
        #expect(SnapshotJSON.text(snapshot).utf8.count < 32 * 1024)
    }
}
