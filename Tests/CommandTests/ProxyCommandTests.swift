import Foundation
import HostAccess
import TestSupport
import Testing

@Suite struct ProxyCommandTests {
    private static let lab = """
        apiVersion: warren/v1
        kind: Cluster
        metadata: { name: orders }
        spec:
          hosts:
            - { name: mq1, address: 10.77.0.11, roles: [broker] }
            - { name: lb1, address: 10.77.0.14, roles: [proxy] }
            - { name: lb2, address: 10.77.0.15, roles: [proxy] }
          proxy:
            listeners: [{ name: amqp, port: 5672, backendPort: 5672, check: agent }]
            stats: { port: 8100, user: admin, password: { fromFile: secret } }
          vip: { address: 10.77.0.100/24, interface: eth0, virtualRouterId: 51 }
        """

    private func manifest(_ text: String = lab) throws -> (ScratchDirectory, String) {
        let scratch = try ScratchDirectory("manifest")
        try scratch.write("do-not-print-me", to: "secret", mode: 0o600)
        return (scratch, try scratch.write(text, to: "manifest.yaml"))
    }

    @Test("render prints each proxy host's files, and no secret")
    func render() async throws {
        let (scratch, path) = try manifest()
        let haproxy = try await WarrenProgram.run(["render", "haproxy", "-f", path, "--host", "lb2"])
        #expect(haproxy.code == 0, "\(haproxy)")
        #expect(haproxy.output.contains("    server mq1 10.77.0.11:5672 agent-check agent-addr 10.77.0.11"))
        #expect(haproxy.output.contains("    stats auth 'admin:***'\n"))
        let keepalived = try await WarrenProgram.run(["render", "keepalived", "-f", path, "--host", "lb2"])
        #expect(keepalived.code == 0, "\(keepalived)")
        #expect(keepalived.output.contains("    unicast_src_ip 10.77.0.15\n"))
        #expect(keepalived.output.contains("    priority 230\n"))
        let json = try await WarrenProgram.run(["render", "keepalived", "-f", path, "--host", "lb2", "-o", "json"])
        #expect(try json.json()["keepalived.conf"]?.string == keepalived.output)
        for run in [haproxy, keepalived, json] { #expect(!(run.output + run.errors).contains("do-not-print-me")) }
        _ = scratch
    }

    @Test("render says in one sentence why there is no such file")
    func nothingToRender() async throws {
        let (scratch, path) = try manifest()
        let bare = try scratch.write(
            Self.lab.split(separator: "\n").prefix(6).joined(separator: "\n"), to: "bare.yaml")
        let noVIP = try scratch.write(
            Self.lab.split(separator: "\n").dropLast().joined(separator: "\n"), to: "no-vip.yaml")
        for (arguments, words) in [
            (["haproxy", "-f", path, "--host", "mq1"], "mq1 is no proxy"),
            (["keepalived", "-f", bare, "--host", "mq1"], "mq1 is no proxy"),
            (["keepalived", "-f", noVIP, "--host", "lb1"], "no spec.vip"),
            (["haproxy", "-f", path, "--host", "lb3"], "this host is lb3"),
        ] {
            let run = try await WarrenProgram.run(["render"] + arguments)
            #expect(run.code == 1 && run.output.isEmpty, "\(run)")
            #expect(run.errors.contains(words), "\(run)")
        }
    }

    @Test("validate advises with the page to read; --strict makes that an error")
    func strict() async throws {
        let text =
            Self.lab.replacing(
                "lb2, address: 10.77.0.15, roles: [proxy]", with: "mq2, address: 10.77.0.15, roles: [broker]")
            + "\n  broker: { config: { cluster_partition_handling: autoheal, vm_memory_high_watermark.relative: 0.8 } }\n"
        let (scratch, path) = try manifest(text)
        let run = try await WarrenProgram.run(["validate", path])
        #expect(run.code == 0, "\(run)")
        #expect(run.output.contains("manifest.yaml:13:23: warning: cluster_partition_handling is autoheal"))
        #expect(run.output.contains("; see docs/configuration.md#memory-watermark\n"))
        #expect(run.output.contains("5 warnings"))
        let strict = try await WarrenProgram.run(["validate", path, "--strict"])
        #expect(strict.code == 65, "\(strict)")
        #expect(strict.output.contains("manifest.yaml:13:23: error: cluster_partition_handling is autoheal"))
        #expect(strict.output.hasSuffix("invalid: 5 errors\n"))
        let json = try await WarrenProgram.run(["validate", path, "--strict", "-o", "json"]).json()
        #expect(json["valid"] == false)
        #expect(json["diagnostics"]?.array?.count == 5)
        _ = scratch
    }
}
