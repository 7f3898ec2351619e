import ClusterModel
import Glibc
import HostAccess
import TestSupport
import Testing

@testable import Providers

/// HAProxy as a process of Warren's own. What needs a broker or a network of its own is in `SupervisionTests`.
@Suite("Supervised services", .serialized)
struct SupervisedServicesTests {
    @Test("HAProxy is started, found again, reloaded in place, seen dead, started again and stopped")
    func life() async throws {
        let host = try Folder(Folder.frontend)
        let services = host.services()
        #expect(await services.state(of: .haproxy) == .stopped)
        try await services.start(.haproxy)
        let first = try #require(host.leader)
        let again = host.services()
        try await again.start(.haproxy)
        #expect(await again.states(of: [.haproxy])[.haproxy] == ServiceStatus(.running, pid: first.pid))
        try await again.reload(.haproxy)
        #expect(host.leader == first)

        first.signal(SIGKILL)
        #expect(await eventually { !first.isRunning })
        #expect(await again.state(of: .haproxy) == .stopped)
        try await again.start(.haproxy)
        let second = try #require(host.leader)
        #expect(second != first)
        let tree = ProcessTable.tree(of: second.pid)
        try await again.stop(.haproxy)
        #expect(tree.filter(\.isRunning).isEmpty)
        #expect(await services.state(of: .haproxy) == .stopped)
    }

    @Test("Somebody else's HAProxy, and whoever looks at our file, are left alone")
    func others() async throws {
        let (ours, theirs) = (try Folder(Folder.frontend), try Folder(Folder.frontend))
        try await theirs.services().start(.haproxy)
        let process = try #require(theirs.leader)
        let editor = try DetachedProcess.start(
            Invocation(
                executable: "/bin/sh", arguments: ["-c", "sleep 60; :", "vi", "-f", ours.configuration],
                deadline: .seconds(0)),
            output: "/dev/null")
        #expect(await ours.services().state(of: .haproxy) == .stopped)
        try await ours.services().stop(.haproxy)
        #expect(process.isRunning && editor.isRunning)
        await editor.end(grace: .seconds(1))
        try await theirs.services().stop(.haproxy)
    }

    @Test("A configuration that HAProxy refuses is told with HAProxy's own words, and nothing runs")
    func refused() async throws {
        let host = try Folder("nonsense\n")
        let failure = await #expect(throws: ServiceFailure.self) { try await host.services().start(.haproxy) }
        #expect(failure?.description.contains("nonsense") == true)
        #expect(await host.services().state(of: .haproxy) == .stopped)
        #expect(host.leader == nil)
    }

    @Test("What a person would type is what is shown")
    func command() throws {
        let actions = [HostService.rabbitmq, .haproxy].map { service in
            Action(
                .update, service.id, scope: .host, guards: [], reason: "stopped", change: .start(service),
                fingerprint: "f")
        }
        let services = SupervisedServices(
            directory: "/srv/broker", layout: .supervised("/srv/broker", account: nil), broker: nil,
            memory: SupervisedMemory())
        #expect(
            BrokerCommand(carryingOut: actions, services: services).commandLine
                == "warren services start --directory /srv/broker rabbitmq-server haproxy")
    }

    @Test("A broker that no manifest gives to this host is not started")
    func noBroker() async throws {
        let host = try Folder("")
        await #expect(throws: ServiceFailure.self) { try await host.services().start(.rabbitmq) }
        #expect(await host.services().state(of: .rabbitmq) == .stopped)
    }
}

/// The folder of a supervised host, with HAProxy's file in it.
private struct Folder {
    static let frontend = """
        defaults
          timeout client 1s
          timeout server 1s
          timeout connect 1s
        frontend f
          bind unix@f.sock

        """
    let scratch: ScratchDirectory
    var configuration: String { scratch.path("haproxy/haproxy.cfg") }
    private var layout: HostLayout { .supervised(scratch.path, account: nil) }

    init(_ text: String) throws {
        scratch = try ScratchDirectory("services")
        try Directory.make(scratch.path("haproxy"), mode: 0o755)
        try scratch.write(text.replacing("unix@", with: "unix@\(scratch.path)/"), to: "haproxy/haproxy.cfg")
    }

    /// As another Warren process would have them.
    func services() -> SupervisedServices {
        SupervisedServices(directory: scratch.path, layout: layout, broker: nil, memory: SupervisedMemory())
    }

    var leader: SeenProcess? { SupervisedProgram.haproxy(layout).mark.leader() }
}
