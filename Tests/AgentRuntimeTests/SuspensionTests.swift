import AgentRuntime
import ClusterModel
import HostAccess
import Planning
import Providers
import StateStore
import TestSupport
import Testing

@Suite("Suspended, or only observed") struct SuspensionTests {
    private static let until = Timestamp(milliseconds: 9_000_000_000_000)
    private static let ofHost = Suspension(
        .host, author: "alice", reason: "moving disks", since: Timestamp(milliseconds: 1), until: until)

    @Test("While a host is suspended a run observes and records, changes nothing, and says by whom and until when")
    func host() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]])
        try agent.store.suspend(Self.ofHost)
        let run = try await agent.apply()
        #expect(run.actions.isEmpty && agent.tools.calls == ["rabbitmqctl -q eval_file observe"])
        #expect(run.result == .drifted)
        #expect(run.final.plan.blocked.allSatisfy { $0.guard.name == "suspended" })
        #expect(try agent.store.openDrift().count == 2, "drift is recorded all the same")
        #expect(
            run.sentence
                == "No action: drift remains on policy //one and 1 more. Suspended on this host by alice until "
                + "2255-03-14 16:00 UTC: moving disks.")
        try agent.store.resume(.host)
        #expect(try await agent.apply().sentence == "Created 2; everything is as the manifest says.")
    }

    @Test("A suspension ends by itself")
    func ends() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]])
        try agent.store.suspend(
            Suspension(
                .host, author: "alice", reason: "short", since: Timestamp(milliseconds: 1),
                until: Timestamp(milliseconds: 1_000_000)))
        #expect(try await agent.apply().sentence == "Created 2; everything is as the manifest says.")
    }

    @Test("What the broker says of the whole cluster holds, is remembered while it can't be asked, and ends with it")
    func cluster() async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        let value: JSONValue = ["author": "bob", "reason": "test", "since": 1, "until": .integer(9_000_000_000)]
        try agent.tools.set(
            "export", Agent.export(["global_parameters": [["name": "warren-suspension", "value": value]]]))
        let run = try await agent.apply()
        #expect(run.actions.isEmpty)
        #expect(run.sentence.contains("Suspended on the whole cluster by bob until 2255-03-14 16:00 UTC: test."))
        #expect(run.final.plan.drift.allSatisfy { $0.resource.kind != "global-parameter" }, "it is Warren's own")
        try agent.tools.on("observe", "exit 69")
        #expect(try await agent.apply().sentence.contains("Suspended on the whole cluster by bob"))
        agent.tools.restore("observe")
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]])
        try agent.tools.set("export", FakeTools.blank)
        #expect(try await agent.apply().sentence == "Created 2; everything is as the manifest says.")
        #expect(try agent.store.suspensions().isEmpty)
    }

    @Test("A parameter that is no suspension suspends nothing", arguments: ["1", "{}", #"{"until":"x"}"#, "[]"])
    func hostile(value: String) async throws {
        let agent = try Agent()
        try agent.declare(Agent.policies)
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]])
        let parsed = try JSONValue(parsing: Array(value.utf8))
        try agent.tools.set(
            "export", Agent.export(["global_parameters": [["name": "warren-suspension", "value": parsed]]]))
        #expect(try await agent.apply().result == .converged)
    }

    @Test("With modes one kind is only reported and the others are put back")
    func modes() async throws {
        let agent = try Agent()
        try agent.declare("  modes: { policies: observe }\n  vhosts: [{ name: orders }]\n" + Agent.policies)
        try agent.tools.set(
            "after", FakeTools.blank.replacing(#"{"name":"/","#, with: #"{"name":"orders"},{"name":"/","#))
        try agent.tools.on("import", "cp after export; answer")
        let run = try await agent.apply()
        #expect(run.actions.map(\.action.resource.kind) == ["vhost"])
        #expect(run.final.plan.blocked.map(\.resource) == [Agent.one, Agent.two])
        #expect(run.sentence.contains("spec.modes.policies is observe: drift is reported and nothing is changed"))
    }
}

/// Fails the test when it is told to change anything.
private struct ForbiddenServices: ServiceControl {
    let state: ServiceState

    func states(of services: [HostService]) async -> [HostService: ServiceStatus] {
        Dictionary(services.map { ($0, ServiceStatus(state)) }) { first, _ in first }
    }
    func claim(_ services: Set<HostService>) async {
        if !services.isEmpty { Issue.record("services are taken over: \(services)") }
    }
    func start(_ service: HostService) async throws(ServiceFailure) { Issue.record("\(service) is started") }
    func reload(_ service: HostService) async throws(ServiceFailure) { Issue.record("\(service) is reloaded") }
    func stop(_ service: HostService) async throws(ServiceFailure) { Issue.record("\(service) is stopped") }
}

@Suite("mode: observe") struct ObserveTests {
    @Test("A pass over a drifted host and broker writes nothing anywhere", arguments: [ServiceState.running, .stopped])
    func writesNothing(state: ServiceState) async throws {
        let agent = try Agent()
        try agent.declare(
            """
              mode: observe
              broker: { config: { vm_memory_high_watermark.relative: 0.4 }, plugins: [rabbitmq_shovel] }
              prune: { policies: true }

            """ + Agent.policies)
        for purpose in ["import", "delete", "set", "enable", "disable"] { try agent.tools.on(purpose, "exit 1") }
        try agent.tools.set("export", Agent.export(["policies": [Agent.policy("three")]]))
        try agent.store.own([ResourceID("policy", vhost: "/", name: "three")], run: nil, at: Timestamp(milliseconds: 1))
        let host = try ScratchDirectory("observed")
        try Directory.make(host.path("rabbitmq"), mode: 0o755)
        try host.write("edited by hand\n", to: "rabbitmq/rabbitmq.conf")
        let source = try ManifestSource(path: agent.tools.scratch.path("manifest.yaml"))
        try agent.store.recordRevision(source.revision, path: source.path, at: Timestamp(milliseconds: 1))
        let before = try Self.contents(host.path)
        let run = try await reconciler(agent, host, state).apply(cause: .resync, store: agent.store) { _ in }
        #expect(run.actions.isEmpty)
        #expect(!run.final.plan.openDrift.isEmpty)
        #expect(run.final.plan.openDrift.contains { $0.resource.kind == "file" })
        #expect(try Self.contents(host.path) == before)
        let written = agent.tools.calls.filter { !$0.hasSuffix("observe") && !$0.hasSuffix("look") }
        #expect(written == [], "nothing is asked of the broker but to tell")
        if state == .running { #expect(run.sentence.contains("spec.mode is observe")) }
    }

    private func reconciler(_ agent: Agent, _ host: ScratchDirectory, _ state: ServiceState) throws -> Reconciler {
        let source = try ManifestSource(path: agent.tools.scratch.path("manifest.yaml"))
        let manifest = try #require(source.loaded.manifest)
        let layout = HostLayout(
            brokerConfiguration: host.path("rabbitmq"), cookie: host.path("cookie"), brokerData: host.path("data"),
            brokerOwner: "root:root", haproxyConfiguration: host.path("haproxy.cfg"), haproxyOwner: "root:root",
            haproxySocket: host.path("haproxy.sock"), haproxyState: host.path("haproxy.state"),
            keepalivedConfiguration: host.path("keepalived.conf"), memory: host.path("memory"),
            haproxyHealth: host.path("health"))
        let secrets = SecretReader(environment: [:])
        let tools = agent.tools.broker()
        let scope = HostScope(
            host: manifest.hosts[0], manifest: manifest, layout: layout, services: ForbiddenServices(state: state),
            runner: tools.runner, tools: tools, secrets: secrets, peers: { [:] })
        return Reconciler(
            manifest: manifest, revision: source.revision, host: "localhost", tools: tools, hostScope: scope,
            yieldsToLead: true, secrets: secrets, store: agent.store, clock: { Timestamp(milliseconds: 1_000_000) })
    }

    private static func contents(_ path: String) throws -> [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        for name in try Directory.names(path) {
            let inner = path + "/" + name
            if (try? Directory.names(inner)) != nil {
                all[inner + "/"] = []
                all.merge(try contents(inner)) { first, _ in first }
            } else {
                all[inner] = try FileContent.read(inner)
            }
        }
        return all
    }
}
