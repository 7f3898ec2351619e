import ClusterModel
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// Manifests that can't be used, on hosts that work.
    @Suite(.serialized) struct Manifests {
        @Test("a manifest that is not valid leaves the last good one in force")
        func invalid() async throws {
            let hosts = try await SharedHosts.converged()
            let good = try await hosts.lab.output("lb2", "cat", HostManifest.path)
            let bad = good.replacing("virtualRouterId: 51", with: "virtualRouterId: 5100")
            try await Self.write(bad, on: "lb2", hosts)
            try await hosts.lab.waitUntil("it is refused") {
                let conditions = try await hosts.snapshot("lb2")?.conditions ?? []
                return conditions.contains { $0.name == "ManifestValid" && $0.status == .false }
            }
            #expect(try await hosts.journal("lb2", with: "the one in force stays").last?.contains("5100") == true)
            try await hosts.lab.output("lb2", "sh", "-c", "echo '# by hand' >> /etc/keepalived/keepalived.conf")
            try await hosts.lab.waitUntil("the last good one is still kept") {
                try await !hosts.lab.output("lb2", "cat", "/etc/keepalived/keepalived.conf").contains("by hand")
            }
            try await Self.write(good, on: "lb2", hosts)
            try await hosts.awaitConverged()
        }

        @Test("a file that HAProxy can't work with is taken back, and it goes on with the last good one")
        func portInUse() async throws {
            let hosts = try await SharedHosts.converged()
            let good = try await hosts.lab.output("lb2", "cat", HostManifest.path)
            let live = try await hosts.lab.output("lb2", "cat", "/etc/haproxy/haproxy.cfg")
            try await hosts.lab.output(
                "lb2", "systemd-run", "--unit=stranger", "systemd-socket-activate", "--listen=7777", "/bin/true")
            let bad = good.replacing("name: amqp, port: 5672,", with: "name: amqp, port: 7777,")
            #expect(bad != good)
            try await Self.write(bad, on: "lb2", hosts)
            try await hosts.lab.waitUntil("it is said that the file is refused", within: .seconds(90)) {
                try await hosts.journal("lb2", with: "file /etc/haproxy/haproxy.cfg failed").contains {
                    $0.contains("is back")
                }
            }
            #expect(try await hosts.lab.output("lb2", "cat", "/etc/haproxy/haproxy.cfg") == live)
            #expect(try await hosts.snapshot("lb2")?.proxy?.backends?.isEmpty == false)
            try await hosts.lab.output("lb2", "systemctl", "stop", "stranger")
            try await Self.write(good, on: "lb2", hosts)
            try await hosts.awaitConverged()
        }

        @Test("an agent writes the drift report where spec.reports says, for its owner and group alone")
        func report() async throws {
            let hosts = try await SharedHosts.converged()
            let good = try await hosts.lab.output("mq2", "cat", HostManifest.path)
            let told = good.replacing(
                "\nspec:\n",
                with: "\nspec:\n  reports: { every: daily, format: markdown, directory: /var/log/warren }\n")
            #expect(told != good)
            try await Self.write(told, on: "mq2", hosts)
            try await hosts.lab.waitUntil("the report of yesterday is there", within: .seconds(60)) {
                let found = try await hosts.lab.exec(
                    "mq2", ["find", "/var/log/warren", "-name", "drift-*.md", "-perm", "640", "-size", "+0"])
                return found.output.split(separator: "\n").count == 1
            }
            try await Self.write(good, on: "mq2", hosts)
            try await hosts.awaitConverged()
        }

        static func write(_ manifest: String, on host: String, _ hosts: FiveHosts) async throws {
            let path = HostManifest.path
            let run = try await hosts.lab.exec(
                host, ["sh", "-c", "cat > \(path).new && mv \(path).new \(path)"], input: manifest)
            guard run.status.isSuccess else { throw TestFailure("\(run.errors)") }
        }
    }
}
