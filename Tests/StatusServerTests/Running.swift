import ClusterModel
import HostAccess
import StatusServer
import Synchronization
import TestSupport

/// A value that a test sets while a server reads it.
final class Changing<Value: Sendable>: Sendable {
    private let box: Mutex<Value>
    init(_ value: Value) { box = Mutex(value) }
    var value: Value {
        get { box.withLock { $0 } }
        set { box.withLock { $0 = newValue } }
    }
}

enum Running {
    /// Nobody is cut off because the machine is busy.
    private static var patient: ServerLimits {
        var limits = ServerLimits()
        limits.requestTime = .seconds(30)
        limits.connectionTime = .seconds(30)
        return limits
    }

    /// A server on a free port, for as long as `body` runs.
    static func statusServer<Result>(
        _ snapshot: Changing<HostSnapshot> = Changing(Examples.broker), limits: ServerLimits = patient,
        hook: Hook? = nil, _ body: (ListenAddress) async throws -> Result
    ) async throws -> Result {
        let server = StatusServer(
            addresses: [ListenAddress("127.0.0.1", port: 0)], limits: limits, now: { Examples.now },
            usage: ProcessUsage.current, hook: hook, snapshot: { snapshot.value })
        return try await run({ try await server.run(onListening: $0) }, body) { $0[0] }
    }

    /// An agent-check server on a free port, for as long as `body` runs.
    static func agentCheck<Result>(
        _ answer: Changing<AgentAnswer?>, port: Int = 0, limits: ServerLimits = patient,
        _ body: (ListenAddress) async throws -> Result
    ) async throws -> Result {
        let server = AgentCheckServer(
            address: ListenAddress("127.0.0.1", port: port), limits: limits, answer: { answer.value })
        return try await run({ try await server.run(onListening: $0) }, body) { $0 }
    }

    private static func run<Result, Listening: Sendable>(
        _ server: @escaping @Sendable (@escaping @Sendable (Listening) async -> Void) async throws -> Void,
        _ body: (ListenAddress) async throws -> Result, _ address: (Listening) -> ListenAddress
    ) async throws -> Result {
        let (listening, sink) = AsyncStream.makeStream(of: Listening.self)
        let task = Task {
            defer { sink.finish() }
            try await server { sink.yield($0) }
        }
        defer { task.cancel() }
        for await place in listening { return try await body(address(place)) }
        try await task.value
        throw TestFailure("the server ended before it listened")
    }
}
