import ClusterModel
import HostAccess
import StatusServer
import TestSupport
import Testing

/// `warren status` with agents on loopback addresses.
@Suite struct ClusterInquiryTests {
    @Test("It asks every host, waits a second for those that are down, and says what it could not know")
    func hosts() async throws {
        let agents = try FakeAgents(["mq1", "mq2", "lb1"])
        try await agents.serving {
            let clock = ContinuousClock()
            var run: ProgramRun?
            let time = try await clock.measure { run = try await agents.status() }
            let text = try #require(run)
            #expect(text.code == 1, "\(text)")
            #expect(text.output.contains("orders  can't be told whole") && text.output.contains("mq3     no answer"))
            #expect(text.output.contains("VIP 10.77.0.100 is held by lb1"))
            #expect(time < .seconds(10))
            let json = try await agents.status("--output", "json").json()
            #expect(json["hosts"]?.array?.count { $0["status"] != .null } == 3)
        }
    }

    @Test("All well ends with 0")
    func converged() async throws {
        let agents = try FakeAgents(["mq1", "mq2", "mq3", "lb1", "lb2"])
        try await agents.serving {
            let run = try await agents.status()
            #expect(run.code == 0, "\(run)")
            #expect(run.output.hasPrefix("orders  converged"))
        }
    }

    @Test("While the manifest is invalid, the hosts are those of the one that stays in force")
    func invalidManifest() async throws {
        let agents = try FakeAgents(["mq1", "lb1"])
        try agents.spoilManifest()
        try await agents.serving {
            let run = try await agents.status()
            #expect(run.output.contains("VIP 10.77.0.100 is held by lb1"), "\(run)")
        }
    }

    @Test("Where no agent answers, and with --remembered, the host's memory does")
    func memory() async throws {
        let agents = try FakeAgents(["mq1"])
        let alone = try await agents.status()
        #expect(alone.code == 1 && alone.errors.contains("state.sqlite"), "\(alone)")
        try await agents.serving {
            let remembered = try await agents.status("--remembered")
            #expect(remembered.errors.contains("state.sqlite"))
            let asked = try await agents.status()
            #expect(asked.output.hasPrefix("orders"))
        }
    }
}

/// Agents of a manifest of five hosts, of which some run.
private struct FakeAgents {
    let home: ScratchDirectory
    let port: Int
    let running: [Host]

    init(_ names: Set<String>) throws {
        home = try ScratchDirectory("agents")
        port = try #require(LocalPort.anyFree())
        let hosts = ["mq1", "mq2", "mq3", "lb1", "lb2"].enumerated().map { index, name in
            Host(name: name, address: "127.0.77.\(index + 1)", roles: name.hasPrefix("mq") ? [.broker] : [.proxy])
        }
        running = hosts.filter { names.contains($0.name) }
        let lines = hosts.map { host in
            "    - { name: \(host.name), address: \(host.address), roles: [\(host.roles.first?.rawValue ?? "")] }"
        }
        try home.write(
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: orders }
            spec:
              status: { port: \(port) }
              hosts:
            \(lines.joined(separator: "\n"))
              proxy: { listeners: [{ name: amqp, port: 5672, backendPort: 5673 }] }
              vip: { address: 10.77.0.100/24, interface: lo, virtualRouterId: 51 }
            """, to: "manifest.yaml")
    }

    /// Leaves the manifest as an agent that found it broken does: the good one is kept beside the state.
    func spoilManifest() throws {
        let path = home.path("manifest.yaml")
        let kept: JSONValue = [
            ["path": .string(path), "text": .string(String(decoding: try FileContent.read(path), as: UTF8.self))]
        ]
        try home.write(kept.description, to: "manifest.last-good")
        try home.write("apiVersion: warren/v1\nkind: Cluster\n", to: "manifest.yaml")
    }

    func status(_ more: String...) async throws -> ProgramRun {
        try await WarrenProgram.run(
            ["status", "-f", home.path("manifest.yaml"), "--host", "mq1", "--state", home.path("state.sqlite")] + more)
    }

    /// Runs `body` while the agents answer.
    func serving(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in running {
                let (listening, tell) = AsyncStream<Void>.makeStream()
                let server = StatusServer(
                    addresses: [ListenAddress(host.address, port: port)], now: { SystemClock.now() },
                    snapshot: { .well(host, at: SystemClock.now()) })
                group.addTask { try await server.run { _ in tell.yield() } }
                for await _ in listening { break }
            }
            try await body()
            group.cancelAll()
        }
    }
}
