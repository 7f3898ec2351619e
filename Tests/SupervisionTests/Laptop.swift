import HostAccess
import Glibc
import Synchronization
import TestSupport

/// The one host that the tests of `LaptopTests` share.
final class Laptop: Sendable {
    static let address = "10.88.0.100"
    let hosts: SupervisedHosts
    private let agent: Mutex<SeenProcess?>

    /// Runs, and is as its manifest says.
    static func converged() async throws -> Laptop {
        let laptop = try await SharedLaptop.shared.get()
        try await laptop.hosts.awaitConverged("mq1")
        return laptop
    }

    fileprivate init() async throws {
        hosts = try await SupervisedHosts(["mq1"]) { hosts in
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: laptop }
            spec:
              hosts:
            \(hosts.entries("broker, proxy"))
              broker:
                erlangCookie: { fromFile: cookie }
                plugins: [rabbitmq_federation]
                config: { listeners.tcp.default: 5673, disk_free_limit.absolute: 10MB }
                environment: { NODE_PORT: 5673 }
              vhosts: [{ name: orders }]
              policies:
                - { name: bounded, vhost: orders, pattern: ^, applyTo: queues, definition: { max-length: 100 } }
              proxy:
                listeners: [{ name: amqp, port: 5672, backendPort: 5673, check: agent }]
              vip: { address: \(Laptop.address)/24, interface: eth0, virtualRouterId: 51 }

            """
        }
        agent = Mutex(try hosts.startAgent("mq1"))
    }

    func startAgent() async throws {
        let process = try hosts.startAgent("mq1")
        agent.withLock { $0 = process }
    }

    /// Waits until nothing runs for the agent but the client of the event stream.
    func awaitQuiet() async throws {
        guard let process = agent.withLock({ $0 }) else { return }
        var quiet = 0
        let isQuiet = await eventually(within: .seconds(60)) {
            quiet = ProcessTable.children(of: process.pid).filter { $0.isTool }.count <= 1 ? quiet + 1 : 0
            return quiet > 50
        }
        guard isQuiet else { throw TestFailure("the agent does not come to rest") }
    }

    /// Says how long the agent took to end.
    func stopAgent() async throws -> Duration {
        guard let process = agent.withLock({ $0 }) else { return .zero }
        let begun = ContinuousClock.now
        process.signal(SIGTERM)
        guard await eventually(within: .seconds(20), { !process.isRunning }) else {
            throw TestFailure("the agent did not end")
        }
        let time = begun.duration(to: .now)
        process.collect()
        return time
    }
}

private actor SharedLaptop {
    static let shared = SharedLaptop()
    private var start: Task<Laptop, any Error>?

    func get() async throws -> Laptop {
        if let start { return try await start.value }
        let task = Task { try await Laptop() }
        start = task
        return try await task.value
    }
}

extension SeenProcess {
    /// Whether it is one of RabbitMQ's tools.
    fileprivate var isTool: Bool {
        let line = String(decoding: (try? FileContent.read("/proc/\(pid)/cmdline")) ?? [], as: UTF8.self)
        return line.contains("rabbitmqctl") || line.contains("rabbitmq-diagnostics")
    }
}
