import ClusterModel
import Foundation
import HostAccess
import Providers
import TestSupport
import Testing

@testable import AgentRuntime

/// A host made of a directory: its tools are scripts, its broker is what they print.
struct FakeHost {
    let scratch: ScratchDirectory
    var directory: String { scratch.path("broker") }

    /// `rabbitmqctl` is a script of this body.
    init(rabbitmqctl body: String, booting: Bool = false) throws {
        scratch = try ScratchDirectory("doctor")
        try Directory.make(scratch.path("bin"), mode: 0o755)
        _ = try scratch.script(body, named: "bin/rabbitmqctl")
        _ = try scratch.script("echo '{\"result\":\(booting)}'", named: "bin/rabbitmq-diagnostics")
        _ = try scratch.script("exit 0", named: "bin/rabbitmq-plugins")
        try Directory.make(scratch.path("broker/home"), mode: 0o755)
        try writeCookie("SECRETCOOKIE", mode: 0o400)
    }

    func writeCookie(_ text: String, mode: UInt32) throws {
        let owner = OSUser.isRoot ? OSUser(named: "rabbitmq")?.owner : nil
        try AtomicFile.write(Array(text.utf8), to: directory + "/home/.erlang.cookie", mode: mode, owner: owner)
    }

    func examine(manifest: String? = nil, host: String = "localhost") async throws -> [String: Finding] {
        let path = try manifest.map { try scratch.write($0, to: "warren.yaml") }
        let doctor = Doctor(
            context: HostContext(
                name: host, runtime: .supervised, directory: directory, toolsDirectory: scratch.path("bin"),
                environment: [:]),
            manifestPath: path ?? scratch.path("none.yaml"), isManifestNamed: path != nil,
            statePath: scratch.path("state/state.sqlite"), runner: ProcessRunner())
        let findings = await doctor.examine(at: Timestamp(milliseconds: 0))
        return Dictionary(findings.map { ($0.check, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static func answering(_ version: String, node: String = "rabbit@localhost") throws -> FakeHost {
        let status = """
            {"cluster_name":"c","running_nodes":["\(node)"],"disk_nodes":["\(node)"],"partitions":{},\
            "version":"\(version)"}
            """
        return try FakeHost(rabbitmqctl: "echo \"WARREN cluster $(printf %s '\(status)' | base64 -w0)\"")
    }

    static func refusing(_ words: String, code: Int) throws -> FakeHost {
        try FakeHost(rabbitmqctl: "echo \"\(words)\" >&2; exit \(code)")
    }

    /// A node that runs without its application.
    static func idle(_ state: String) throws -> FakeHost {
        try FakeHost(rabbitmqctl: "echo \"WARREN state $(printf \(state) | base64)\"")
    }
}

@Suite struct DoctorTests {
    static let manifest = """
        apiVersion: warren/v1
        kind: Cluster
        metadata: { name: c }
        spec:
          hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker] }]

        """

    @Test func aHostInOrderPasses() async throws {
        let found = try await FakeHost.answering("4.0.5").examine(manifest: Self.manifest)
        #expect(found.values.filter { $0.status == .failure } == [])
        for check in [
            "tools", "permissions", "account", "host name", "memory", "manifest", "host", "state", "cookie", "node",
            "version",
        ] {
            #expect(found[check]?.status == .pass, "\(check): \(String(describing: found[check]))")
        }
    }

    @Test func itChangesNothing() async throws {
        let host = try FakeHost.answering("4.0.5")
        let before = try Directory.names(host.scratch.path)
        _ = try await host.examine()
        #expect(try Directory.names(host.scratch.path) == before)
    }

    @Test(arguments: [
        ("* epmd reports: node 'rabbit' not running at all", "is not running"),
        ("* TCP connection succeeded but Erlang distribution failed", "cookie"), ("nxdomain", "resolved"),
    ])
    func aNodeThatDoesNotAnswerIsExplained(_ words: String, _ expected: String) async throws {
        let found = try await FakeHost.refusing(words, code: 69).examine()
        #expect(found["node"]?.status == .failure)
        #expect(found["node"]?.sentence.contains(expected) == true, "\(String(describing: found["node"]))")
        #expect(found["node"]?.remedy != nil)
    }

    @Test(arguments: [("stopped", "application is stopped"), ("booting", "booting")])
    func aNodeWithoutItsApplicationIsExplained(_ state: String, _ expected: String) async throws {
        let found = try await FakeHost.idle(state).examine()
        #expect(found["node"]?.status == .failure)
        #expect(found["node"]?.sentence.contains(expected) == true, "\(String(describing: found["node"]))")
        #expect(found["node"]?.remedy != nil)
    }

    @Test(arguments: [("3.7.28", Finding.Status.failure), ("3.9.1", .warning), ("3.10.8", .pass), ("4.3.0", .pass)])
    func versionsAreToldApart(_ version: String, _ status: Finding.Status) async throws {
        #expect(try await FakeHost.answering(version).examine()["version"]?.status == status)
    }

    @Test func aNodeOfAnotherNameIsNoticed() async throws {
        let found = try await FakeHost.answering("4.0.5", node: "rabbit@elsewhere").examine()
        #expect(found["node"]?.status == .failure)
    }

    @Test(arguments: [("", 0o400 as UInt32), ("X", 0o644)])
    func aCookieThatErlangRefusesIsFoundBeforeAnyToolRuns(_ text: String, _ mode: UInt32) async throws {
        let host = try FakeHost(rabbitmqctl: "touch /tmp/warren-doctor-must-not-run")
        try host.writeCookie(text, mode: mode)
        let found = try await host.examine()
        #expect(found["cookie"]?.status == .failure)
        #expect(found["node"]?.status == .warning)
        #expect(throws: FileFailure.self) { try FileStatus("/tmp/warren-doctor-must-not-run") }
    }

    @Test func aMissingCookieIsAFailure() async throws {
        let host = try FakeHost.answering("4.0.5")
        try AtomicFile.remove(host.directory + "/home/.erlang.cookie")
        #expect(try await host.examine()["cookie"]?.status == .failure)
    }

    @Test func missingToolsAreNamed() throws {
        let finding = ToolCheck.look("/nonexistent")
        #expect(finding.status == .failure)
        #expect(finding.sentence.contains("rabbitmqctl"))
    }

    @Test func aNameThatLeadsElsewhereIsAFailure() {
        #expect(NameCheck.look("a", addresses: [], own: []).status == .failure)
        #expect(NameCheck.look("a", addresses: ["10.0.0.9"], own: ["10.0.0.1"]).status == .failure)
        #expect(NameCheck.look("a", addresses: ["10.0.0.1"], own: ["10.0.0.1"]).status == .pass)
        #expect(NameCheck.look("a", addresses: ["127.0.1.1"], own: ["127.0.0.1"]).status == .pass)
    }

    @Test func rightsAreToldByRuntime() {
        #expect(AccountCheck.permissions(current: "me", isRoot: false, runtime: .systemd).status == .failure)
        #expect(AccountCheck.permissions(current: "me", isRoot: false, runtime: .supervised).status == .pass)
        #expect(AccountCheck.account(nil, isRoot: true, runtime: .systemd).status == .failure)
        #expect(AccountCheck.account(nil, isRoot: false, runtime: .supervised).status == .pass)
    }

    @Test func aFolderOnADiskIsNoPlaceForSecrets() {
        #expect(MemoryCheck.look(["/nonexistent"]).status == .failure)
        #expect(MemoryCheck.look(["/nonexistent", "/dev/shm"]).status == .pass)
    }

    @Test func thePortMapperIsNoFailure() {
        #expect(PortMapperCheck.finding(port: 1, names: nil, nodeName: "rabbit@a").status == .warning)
        #expect(PortMapperCheck.finding(port: 1, names: ["other"], nodeName: "rabbit@a").status == .warning)
        #expect(PortMapperCheck.finding(port: 1, names: ["rabbit"], nodeName: "rabbit@a").status == .pass)
    }

    @Test func theManifestIsLoaded() async throws {
        let host = try FakeHost.answering("4.0.5")
        #expect(try await host.examine()["manifest"]?.status == .warning)
        #expect(try await host.examine(manifest: "a: b\n")["manifest"]?.status == .failure)
        let other = try await host.examine(
            manifest: Self.manifest.replacing("localhost", with: "a") + """
                  mode: observe
                  vhosts: [{ name: v }]

                """)
        #expect(other["manifest"]?.status == .pass)
    }

    @Test func neededPluginsAreLookedFor() {
        let plugin = "rabbitmq_shovel"
        func status(_ declared: [String]?, _ enabled: [String], _ installed: [String]?) -> Finding.Status {
            PluginCheck.finding(plugin, declared: declared, enabled: enabled, installed: installed).status
        }
        #expect(status(nil, [plugin], nil) == .pass)
        #expect(status(nil, [], nil) == .failure)
        #expect(status([plugin], [], ["rabbitmq_shovel-4.0.5"]) == .pass)
        #expect(status([], [plugin], nil) == .failure)
        #expect(status([plugin], [plugin], ["rabbitmq_shovel_management-4.0.5"]) == .failure)
    }

    @Test func theStateFileIsLookedAtAndNotMade() throws {
        let scratch = try ScratchDirectory("doctor")
        #expect(StateCheck.look(scratch.path("deep/er/state.sqlite"), at: Timestamp(milliseconds: 0)).status == .pass)
        try scratch.write(
            "no database, and longer than a header of SQLite would be, for certain and beyond all doubt", to: "damaged")
        #expect(StateCheck.look(scratch.path("damaged"), at: Timestamp(milliseconds: 0)).status == .warning)
        #expect(try Directory.names(scratch.path) == ["damaged"])
    }
}
