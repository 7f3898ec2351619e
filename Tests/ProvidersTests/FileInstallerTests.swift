import ClusterModel
import HostAccess
import ResourceKinds
import Synchronization
import TestSupport
import Testing

@testable import Providers

/// A file, and the program that is told of it.
@Suite struct FileInstallerTests {
    @Test("a file whose reader was not told, as the agent was killed, is drift until the reader was told")
    func untold() async throws {
        let place = try Place()
        let mark = place.layout.untold(.keepalived)
        try AtomicFile.write(Array("old".utf8), to: place.path)
        let installation = await place.installer { _ in
            // The moment at which an agent may be killed: all is on disk, and nobody was told.
            #expect((try? FileContent.read(mark)) == Array("old".utf8))
            #expect(place.reload("new") == "due")
        }.install(place.change("new"))
        #expect(installation.outcome == .succeeded)
        #expect(place.reload("new") == "done")
    }

    @Test("the next agent tells it, and takes back what makes it worse to what the reader had read")
    func toldLater() async throws {
        let place = try Place()
        // As a killed agent leaves it.
        try AtomicFile.write(Array("old".utf8), to: place.layout.untold(.keepalived))
        try AtomicFile.write(Array("new".utf8), to: place.path)
        let told = Mutex(0)
        let installation = await place.installer { _ throws(ServiceFailure) in
            let isFirst = told.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { throw ServiceFailure("it does not like it") }
        }.install(place.change("new"))
        #expect(installation.isRefused)
        #expect(told.withLock { $0 } == 2)
        #expect(try FileContent.read(place.path) == Array("old".utf8))
        #expect(place.reload("new") == "done")
    }

    /// A host with a keepalived that runs.
    private struct Place: Sendable {
        let scratch: ScratchDirectory
        let layout: HostLayout
        let owner: String
        var path: String { scratch.path("keepalived.conf") }

        init() throws {
            scratch = try ScratchDirectory("installer")
            var layout = HostLayout.systemd
            layout.memory = scratch.path
            layout.haproxyHealth = scratch.path("run/haproxy.health")
            self.layout = layout
            owner = try FileStatus(scratch.path).owner.names
        }

        func change(_ contents: String) -> FileChange {
            FileChange(
                path: path, contents: contents, mode: 0o600, owner: owner, reader: .keepalived)
        }

        func installer(_ reload: @escaping @Sendable (HostService) throws(ServiceFailure) -> Void) -> FileInstaller {
            FileInstaller(layout: layout, services: Running(onReload: reload), runner: Willing()) { $0 }
        }

        /// What is said of the file.
        func reload(_ contents: String) -> String? {
            let desired = FileKind.resource(change(contents))
            return HostFiles(layout).reading(of: [desired]).resources?[desired.id]?["reload"]?.string
        }
    }
}

/// Services that run, and do at a reload what a test says.
private struct Running: ServiceControl {
    let onReload: @Sendable (HostService) throws(ServiceFailure) -> Void

    func states(of services: [HostService]) async -> [HostService: ServiceStatus] {
        Dictionary(services.map { ($0, ServiceStatus(.running)) }) { first, _ in first }
    }
    func claim(_ services: Set<HostService>) async {}
    func start(_ service: HostService) async throws(ServiceFailure) {}
    func stop(_ service: HostService) async throws(ServiceFailure) {}
    func reload(_ service: HostService) async throws(ServiceFailure) { try onReload(service) }
}

/// Programs that take every file.
private struct Willing: ProcessRunning {
    func run(_ invocation: Invocation) async throws(ProcessFailure) -> ProcessResult {
        ProcessResult(status: .exited(0), stdoutBytes: [], stderr: "", duration: .zero)
    }
    func converse(_ invocation: Invocation, pause: String) throws(ProcessFailure) -> Conversation {
        throw .couldNotRun(executable: invocation.executable, reason: "it only checks")
    }
    var started: Int { 0 }
}
