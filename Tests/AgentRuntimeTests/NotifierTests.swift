import ClusterModel
import HostAccess
import Providers
import StatusServer
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

/// Deliveries to a real HTTP server and to real programs.
@Suite struct NotifierTests {
    private let repaired = Notification(
        .driftRepaired, "put back policy orders/ha-all",
        resources: [ResourceID("policy", vhost: "orders", name: "ha-all")])
    private let origin = Notification.Origin(host: "mq1", cluster: "orders", revision: "abc", run: 7, cause: "event")
    private let now = Timestamp(milliseconds: 1_000_000)

    /// What a receiver got, and what it answers.
    private final class Inbox: Sendable {
        let calls = Mutex<[Hook.Call]>([])
        let refuses = Mutex(0)

        var hook: Hook {
            Hook { call in
                self.calls.withLock { $0.append(call) }
                return self.refuses.withLock { left in
                    defer { left = max(0, left - 1) }
                    return left > 0 ? .unavailable : .accepted
                }
            }
        }
    }

    private func withReceiver(_ body: (Inbox, String) async throws -> Void) async throws {
        let inbox = Inbox()
        let server = StatusServer(
            addresses: [ListenAddress("127.0.0.1", port: 0)], now: { SystemClock.now() }, hook: inbox.hook,
            snapshot: { HostSnapshot(host: "receiver") })
        let (ports, sink) = AsyncStream.makeStream(of: Int.self)
        let task = Task { try await server.run { sink.yield($0[0].port) } }
        defer { task.cancel() }
        for await port in ports { return try await body(inbox, "http://127.0.0.1:\(port)\(Hook.path)") }
    }

    @Test("a webhook gets the document, signed, and again until it is taken")
    func webhook() async throws {
        try await withReceiver { inbox, url in
            inbox.refuses.withLock { $0 = 2 }
            let told = Told()
            let notifier = Notifier(secrets: SecretReader(environment: ["KEY": "s3cret-key"]), pause: { _ in 0.01 }) {
                told.set($0)
            }
            await notifier.tell([
                NotificationTarget(
                    name: "chat", means: .webhook(url: .string(url), secret: ["fromEnv": "KEY"]),
                    events: [.driftRepaired])
            ])
            await notifier.send([repaired, Notification(.runFailed, "not wanted")], from: origin, at: now)
            #expect(await eventually { told.value.first?.delivered == 1 })
            let calls = inbox.calls.withLock { $0 }
            #expect(calls.count == 3)
            #expect(Set(calls.map(\.body)).count == 1)
            let body = try #require(calls.first?.body)
            #expect(calls.allSatisfy { $0.signature == HTTPSender.signature(of: body, secret: "s3cret-key") })
            let document = try JSONValue(parsing: body)
            #expect(document["event"] == "driftRepaired" && document["host"] == "mq1" && document["run"] == 7)
            #expect(document["resources"] == ["policy orders/ha-all"])
            #expect(told.value.first?.problem == nil)
        }
    }

    @Test("a receiver that is down, or whose secret is missing, is given up and counted; the other one is served")
    func oneIsDown() async throws {
        let scratch = try ScratchDirectory("notify")
        let program = try scratch.script("cat > \(scratch.path("got"))")
        let told = Told()
        let notifier = Notifier(secrets: SecretReader(environment: [:]), pause: { $0 < 3 ? 0.01 : nil }) {
            told.set($0)
        }
        let port = LocalPort.anyFree() ?? 0
        await notifier.tell([
            NotificationTarget(name: "down", means: .webhook(url: .string("http://127.0.0.1:\(port)/"), secret: nil)),
            NotificationTarget(
                name: "no-secret", means: .webhook(url: .string("http://127.0.0.1:\(port)/"), secret: ["fromEnv": "NO"])
            ),
            NotificationTarget(name: "program", means: .command([program])),
        ])
        let begun = ContinuousClock.now
        await notifier.send([repaired], from: origin, at: now)
        #expect(ContinuousClock.now - begun < .seconds(1))
        #expect(await eventually { told.value.map(\.failed) == [1, 1, 0] && told.value.last?.delivered == 1 })
        #expect(await eventually { told.value.allSatisfy { $0.waiting == 0 } })
        let got = try JSONValue(parsing: try FileContent.read(scratch.path("got")))
        #expect(got["text"] == "put back policy orders/ha-all")
    }

    @Test("an address is no place for options of curl, and neither it nor the signature is an argument")
    func hostileAddress() async throws {
        let scratch = try ScratchDirectory("notify")
        let log = scratch.path("written")
        let seen = Mutex<[Invocation]>([])
        let sender = HTTPSender(runner: Watched(seen: { call in seen.withLock { $0.append(call) } }))
        for url in [
            "http://127.0.0.1:1/\"\noutput = \"\(log)", "file:///etc/passwd", "-o\(log)", "http://127.0.0.1:1/{a,b}",
        ] {
            let problem = await sender.post(Array("{}".utf8), to: url, fields: ["X-Secret": "s3cret\noutput = \(log)"])
            #expect(problem != nil && problem?.description.contains("s3cret") == false, "\(url)")
        }
        #expect((try? FileContent.read(log)) == nil)
        let calls = seen.withLock { $0 }
        #expect(calls.count == 4 && calls.allSatisfy { $0.arguments == ["--disable", "--config", "-"] })
        #expect(calls.allSatisfy { $0.environment == ["LC_ALL": "C.UTF-8"] })
    }

    @Test("a program that hangs or fails holds up nobody")
    func hangs() async throws {
        let scratch = try ScratchDirectory("notify")
        let hanging = try scratch.script("sleep 600", named: "hanging")
        let failing = try scratch.script("exit 3", named: "failing")
        let told = Told()
        let notifier = Notifier(secrets: SecretReader(environment: [:]), pause: { _ in nil }) { told.set($0) }
        await notifier.tell([
            NotificationTarget(name: "hanging", means: .command([hanging])),
            NotificationTarget(name: "failing", means: .command([failing])),
        ])
        let begun = ContinuousClock.now
        for number in 0..<400 {
            await notifier.send([Notification(.runFailed, "failure \(number)")], from: origin, at: now)
        }
        #expect(ContinuousClock.now - begun < .seconds(5))
        #expect(await eventually { told.value.last.map { $0.failed + $0.dropped } == 400 })
        #expect(told.value.last?.problem?.contains("exited with code 3") == true)
        #expect(told.value.first.map { $0.dropped >= 140 } == true)
        await notifier.stop()
    }
}

/// What was told last.
private final class Told: Sendable {
    private let box = Mutex<[HostSnapshot.Delivery]>([])
    var value: [HostSnapshot.Delivery] { box.withLock { $0 } }
    func set(_ deliveries: [HostSnapshot.Delivery]) { box.withLock { $0 = deliveries } }
}

/// Runs everything, and shows what it runs.
private struct Watched: ProcessRunning {
    let seen: @Sendable (Invocation) -> Void
    private let runner = ProcessRunner()

    init(seen: @escaping @Sendable (Invocation) -> Void) { self.seen = seen }

    var started: Int { runner.started }

    func run(_ invocation: Invocation) async throws(ProcessFailure) -> ProcessResult {
        seen(invocation)
        return try await runner.run(invocation)
    }

    func converse(_ invocation: Invocation, pause: String) throws(ProcessFailure) -> Conversation {
        try runner.converse(invocation, pause: pause)
    }
}
