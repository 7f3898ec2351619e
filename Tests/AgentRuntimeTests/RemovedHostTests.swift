import ClusterModel
import HostAccess
import ManifestLoading
import Providers
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("A host that the manifest names no more")
struct RemovedHostTests {
    @Test("stops its keepalived where other hosts are to have the address, and nothing else")
    func leaves() async throws {
        let (removed, services) = try await removed(from: "vip: \(Self.vip)")
        #expect(services.stopped == [.keepalived])
        #expect(removed.sentence.contains("its keepalived was stopped"))
        #expect(removed.sentence.contains("haproxy still runs: end haproxy ends that"), "\(removed.sentence)")
    }

    @Test(
        "stops nothing where the manifest names no address, only observes, or is suspended",
        arguments: [("", false), ("mode: observe\n  vip: \(vip)", false), ("vip: \(vip)", true)])
    func stays(_ spec: String, isSuspended: Bool) async throws {
        let (removed, services) = try await removed(from: spec, isSuspended: isSuspended)
        #expect(services.stopped == [])
        #expect(removed.sentence.contains("can take the virtual address"))
    }

    private static let vip = "{ address: 10.77.0.100/24, interface: eth0, virtualRouterId: 51 }"

    private func removed(
        from spec: String, isSuspended: Bool = false
    ) async throws -> (RemovedHost, RunningProxies) {
        let scratch = try ScratchDirectory("removed")
        try scratch.write(
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: orders }
            spec:
              hosts:
                - { name: mq1, address: 10.77.0.11, roles: [broker] }
                - { name: lb1, address: 10.77.0.14, roles: [proxy] }
              proxy: { listeners: [{ name: amqp, port: 5672, backendPort: 5672 }] }
              \(spec)
            """, to: "manifest.yaml")
        let source = try ManifestSource(path: scratch.path("manifest.yaml"))
        let manifest = try #require(source.loaded.manifest)
        let store = try StateStore.inMemory()
        try store.recordRevision(source.revision, path: source.path, at: Timestamp(milliseconds: 1))
        try store.setApplied(source.revision, at: Timestamp(milliseconds: 1))
        let services = RunningProxies()
        var removed = try #require(
            try await RemovedHost("lb2", from: manifest, store: store, peers: [:], services: services) {
                "end " + $0.map(\.rawValue).joined(separator: " ")
            })
        await removed.leaveAddress(to: manifest, services: services, isSuspended: isSuspended)
        return (removed, services)
    }
}

/// HAProxy and keepalived run.
private final class RunningProxies: ServiceControl {
    private let stops = Mutex<[HostService]>([])
    var stopped: [HostService] { stops.withLock { $0 } }

    func states(of services: [HostService]) async -> [HostService: ServiceStatus] {
        [.haproxy: ServiceStatus(.running, pid: 2), .keepalived: ServiceStatus(.running, pid: 3)]
    }
    func claim(_ services: Set<HostService>) async {}
    func start(_ service: HostService) async throws(ServiceFailure) {}
    func reload(_ service: HostService) async throws(ServiceFailure) {}
    func stop(_ service: HostService) async throws(ServiceFailure) { stops.withLock { $0.append(service) } }
}
