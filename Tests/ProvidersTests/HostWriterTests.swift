import ClusterModel
import HostAccess
import Synchronization
import TestSupport
import Testing

@testable import Providers

/// What is done on a host.
@Suite struct HostWriterTests {
    @Test("Services of one step start side by side, and each has its own outcome")
    func sideBySide() async throws {
        let scratch = try ScratchDirectory("writer")
        let services = WaitingServices()
        let layout = HostLayout.systemd.below(scratch.path)
        let files = FileInstaller(layout: layout, services: services, runner: ProcessRunner()) { $0 }
        let writer = HostWriter(layout: layout, files: files, services: services, tools: nil)
        let actions = HostService.allCases.map { service in
            Action(
                .update, service.id, scope: .host, guards: [], reason: "stopped", change: .start(service),
                fingerprint: "f")
        }
        let result = try #require(await writer.carryOut(Step(actions), isFresh: false))
        #expect(result.isItemised)
        #expect(result.outcomes.map(\.0) == HostService.allCases.map(\.id))
        #expect(result.outcomes.map(\.1) == [.succeeded, .failed("no such file"), .succeeded])
        #expect(
            BrokerCommand(carryingOut: actions).commandLine
                == "systemctl start rabbitmq-server.service haproxy.service keepalived.service")
    }
}

/// The broker is up only once keepalived was started.
private final class WaitingServices: ServiceControl {
    private let hasStarted = Mutex(false)

    func states(of services: [HostService]) async -> [HostService: ServiceStatus] { [:] }
    func claim(_ services: Set<HostService>) async {}
    func reload(_ service: HostService) async throws(ServiceFailure) {}
    func stop(_ service: HostService) async throws(ServiceFailure) {}

    func start(_ service: HostService) async throws(ServiceFailure) {
        switch service {
        case .haproxy: throw ServiceFailure("no such file")
        case .keepalived: hasStarted.withLock { $0 = true }
        case .rabbitmq:
            let limit = ContinuousClock.now + .seconds(10)
            while !hasStarted.withLock({ $0 }) {
                guard ContinuousClock.now < limit else { throw ServiceFailure("it waited alone") }
                await Task.yield()
            }
        }
    }
}

extension HostLayout {
    /// The same places under a folder.
    fileprivate func below(_ folder: String) -> HostLayout {
        var layout = self
        layout.memory = folder
        return layout
    }
}
