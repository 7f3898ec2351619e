import ClusterModel
import HostAccess
import Providers
import ResourceKinds
import Synchronization
import TestSupport
import Testing

extension RealBrokers {
    @Suite("The event stream of a real broker") struct EventStreams {
        @Test("tells at once what rabbitmqctl and a named user did", arguments: TestBroker.Version.allCases)
        func tells(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            let ear = try await TestEar(broker)
            try await broker.ctl("set_policy", "p", "^", #"{"max-length":1}"#)
            let policy = ResourceID("policy", vhost: "/", name: "p")
            #expect(try await ear.event("policy.set", policy).user == "rmq-cli")
            // As the management plugin does it for whoever is logged in.
            try await broker.eval("rabbit_policy:delete(<<\"/\">>, <<\"p\">>, <<\"alice\">>).")
            let event = try await ear.event("policy.cleared", policy)
            #expect(event.user == "alice")
            #expect(abs(SystemClock.now().seconds(since: try #require(event.at))) < 30)
            await ear.close()
        }

        @Test("of 10,000 changes is heard whole", arguments: TestBroker.Version.allCases)
        func storm(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            let ear = try await TestEar(broker)
            try await broker.eval(
                """
                [rabbit_runtime_parameters:set_global(list_to_atom("storm-" ++ integer_to_list(I rem 10)), I, <<"bob">>)
                 || I <- lists:seq(1, 10000)].
                """)
            try await ear.wait(for: "all of them") { events in events.count { $0.user == "bob" } == 10_000 }
            await ear.close()
        }

        @Test("says that the node goes, and a new client hears the node when it is back")
        func restart() async throws {
            let broker = try TestBroker.fresh(.v3)
            try await broker.supervised.start()
            let ear = try await TestEar(broker)
            try await broker.supervised.stop()
            try await ear.wait(for: "the vhost to go down") { events in events.contains { $0.name == "vhost.down" } }
            await ear.close()
            try await broker.supervised.start()
            let second = try await TestEar(broker)
            await second.close()
            try await broker.destroy()
        }
    }
}

/// A client that hears already, and what it heard.
private final class TestEar: Sendable {
    private let heard: HeardEvents
    private let task: Task<Void, Never>

    init(_ broker: TestBroker) async throws {
        let heard = HeardEvents()
        self.heard = heard
        let stream = BrokerEventStream(installation: broker.installation, runner: broker.runner, topology: true)
        task = Task { _ = await stream.read { heard.add($0) } }
        // The client does not say when it begins to hear.
        for _ in 0..<60 where !heard.events.contains(where: { $0.resource?.name == "sounding" }) {
            try await broker.ctl("set_global_parameter", "sounding", "1")
        }
    }

    func wait(for what: String, _ condition: ([BrokerEvent]) -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while !condition(heard.events) {
            guard ContinuousClock.now < end else { throw TestFailure("waited in vain for \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func event(_ name: String, _ resource: ResourceID) async throws -> BrokerEvent {
        let isIt = { (event: BrokerEvent) in event.name == name && event.resource == resource }
        try await wait(for: name) { $0.contains(where: isIt) }
        guard let event = heard.events.first(where: isIt) else { throw TestFailure("\(name) is gone") }
        return event
    }

    func close() async {
        task.cancel()
        await task.value
    }
}

private final class HeardEvents: Sendable {
    private let all = Mutex<[BrokerEvent]>([])
    var events: [BrokerEvent] { all.withLock { $0 } }

    func add(_ items: [BrokerEventStream.Item]) {
        all.withLock { events in
            for case .event(let event) in items { events.append(event) }
        }
    }
}
