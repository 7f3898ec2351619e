import ClusterModel
import HostAccess
import ResourceKinds
import Synchronization
import TestSupport
import Testing

@testable import Providers

/// What the client writes, made into events; and what it must not be able to do.
@Suite("The event stream's lines")
struct EventStreamTests {
    private static func item(_ text: String) -> BrokerEventStream.Item {
        BrokerEventStream.item(.whole(Array(text.utf8)))
    }

    private static func event(_ text: String) -> BrokerEvent? {
        guard case .event(let event) = item(text) else { return nil }
        return event
    }

    /// Lines as 3.10.8 and 4.0.5 write them.
    static let lines: [(String, ResourceID?)] = [
        (
            #"{"event":"policy.set","apply-to":"all","user_who_performed_action":"rmq-cli","vhost":"v","name":"p","timestamp_in_ms":5}"#,
            ResourceID("policy", vhost: "v", name: "p")
        ),
        (
            #"{"event":"parameter.set","value":[["uri","amqp://a:secret@h"]],"name":"up","component":"federation-upstream","vhost":"v"}"#,
            UpstreamKind.id("v", "up")
        ),
        (
            #"{"event":"operator.policy.cleared","user_who_performed_action":"rmq-cli","vhost":"v","name":"p2"}"#,
            ResourceID("operator-policy", vhost: "v", name: "p2")
        ),
        (#"{"event":"parameter.set","name":"g","component":"global"}"#, ResourceID("global-parameter", name: "g")),
        (#"{"event":"parameter.set","value":"cn","name":"cluster_name","component":"global"}"#, ClusterNameKind.id),
        (#"{"event":"parameter.set","name":"limits","component":"vhost-limits","vhost":"v"}"#, VhostKind.id("v")),
        (#"{"event":"vhost.limits.set","max-queues":7,"name":"limits"}"#, nil),
        (#"{"event":"user.limits.set","username":"u","name":"limits"}"#, UserKind.id("u")),
        (
            #"{"event":"vhost.created","tags":"","description":"","tags":"","description":"","name":"v"}"#,
            VhostKind.id("v")
        ),
        (
            #"{"event":"topic.permission.created","exchange":"amq.topic","vhost":"a/b","user":"u/x"}"#,
            ResourceID("topic-permission", vhost: "a/b", name: "u%2Fx/amq.topic")
        ),
        (
            #"{"event":"binding.created","vhost":"v","arguments":[],"routing_key":"k","destination_kind":"queue","destination_name":"q","source_kind":"exchange","source_name":"e"}"#,
            ResourceID("binding", vhost: "v", name: "e/queue/q/k")
        ),
    ]

    @Test("name the resource that they are about", arguments: lines)
    func resources(_ line: (String, ResourceID?)) throws {
        let event = try #require(Self.event(line.0))
        #expect(event.resource == line.1)
        #expect(!"\(event)".contains("secret"))
    }

    @Test("name who did it and when, where somebody did")
    func authors() throws {
        let event = try #require(Self.event(Self.lines[0].0))
        #expect(event.user == "rmq-cli" && event.at == Timestamp(milliseconds: 5))
        #expect(Self.event(#"{"event":"vhost.down","user_who_performed_action":"rmq-internal"}"#)?.user == nil)
    }

    @Test("are dropped where they are no event", arguments: ["x", "{", "[]", "{}", #"{"event":5}"#, "\u{0}"])
    func unreadable(_ text: String) { #expect(Self.item(text) == .unreadable) }

    @Test("of 10 MB, cut ones and ones that are no JSON are counted, and those after them are heard")
    func hostile() async throws {
        let scratch = try ScratchDirectory("events")
        try Directory.make(scratch.path("bin"), mode: 0o755)
        let script = """
            #!/bin/sh
            head -c 10000000 /dev/zero | tr '\\\\0' a
            printf '\\\\nnonsense\\\\n\\\\n{"event":"policy.set","vhost":"v","name":"p"}\\\\n{"event":"pol'
            exit 3
            """.replacing("\\\\", with: "\\")
        try AtomicFile.write(Array(script.utf8), to: scratch.path("bin/rabbitmq-diagnostics"), mode: 0o755)
        let installation = BrokerInstallation(
            nodeName: "rabbit@localhost", toolsDirectory: scratch.path("bin"), account: .current,
            environment: ["PATH": "/usr/bin:/bin"], enabledPluginsFile: "")
        let items = Mutex<[BrokerEventStream.Item]>([])
        let end = await BrokerEventStream(installation: installation, runner: ProcessRunner(), topology: false)
            .read { more in items.withLock { $0 += more } }
        let policy = ResourceID("policy", vhost: "v", name: "p")
        #expect(
            items.withLock { $0 } == [
                .unreadable, .unreadable, .event(BrokerEvent("policy.set", policy, by: nil, at: nil)), .unreadable,
            ])
        #expect(try end.get().status == .exited(3))
    }

    @Test("of a client that hangs end with the task, together with the client")
    func cancelled() async throws {
        let runner = ProcessRunner()
        let call = Invocation(
            executable: "/bin/sh", arguments: ["-c", "echo $$; sleep 1000; true"],
            environment: ["PATH": "/usr/bin:/bin"], deadline: .seconds(100))
        let seen = Mutex<Int32?>(nil)
        let (heard, sink) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await runner.follow(call) { bytes in
                seen.withLock { $0 = Int32(String(decoding: bytes.dropLast(), as: UTF8.self)) }
                sink.yield()
            }
        }
        for await _ in heard { break }
        let process = try #require(seen.withLock { $0 }.flatMap { SeenProcess(pid: $0) })
        task.cancel()
        await #expect(throws: ProcessFailure.self) { try await task.value }
        #expect(!process.isRunning)
    }
}
