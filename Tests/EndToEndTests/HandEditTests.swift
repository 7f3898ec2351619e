import ClusterModel
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// What somebody changes by hand is put back and told; what can't be put back is told, and nothing is lost.
    @Suite(.serialized) struct HandEdits {
        private static let haproxy = "/etc/haproxy/haproxy.cfg"

        @Test("a hand-edited haproxy.cfg is drift with its diff, and is put back at once")
        func editedFile() async throws {
            let hosts = try await SharedHosts.converged()
            let before = try await hosts.lab.output("lb2", "cat", Self.haproxy)
            let seen = try #require(try await hosts.snapshot("lb2")).runs.total
            try await hosts.lab.output("lb2", "sh", "-c", "echo '# by hand' >> \(Self.haproxy)")
            try await hosts.lab.waitUntil("the file is as it was") {
                try await hosts.lab.output("lb2", "cat", Self.haproxy) == before
            }
            try await hosts.lab.waitUntil("the drift is told with its diff, as repaired") {
                let drift = try await hosts.lab.exec("lb2", ["warren", "drift", "--since", "10m", "--full"]).output
                return drift.contains("# by hand") && !drift.contains("Open drift")
            }
            try await hosts.awaitConverged(["lb2"])
            // One run for the edit, and at most one that sees what it did.
            #expect(try #require(try await hosts.snapshot("lb2")).runs.total <= seen + 2)
        }

        @Test("a deleted policy and a changed one come back, by the lead")
        func policy() async throws {
            let hosts = try await SharedHosts.converged()
            try await hosts.lab.output("mq2", "rabbitmqctl", "clear_policy", "-p", "orders", "ha-all")
            try await hosts.lab.output("mq1", "systemctl", "reload", "warren")
            try await hosts.lab.waitUntil("the policy is there again", within: .seconds(60)) {
                let list = try await hosts.lab.exec("mq2", ["rabbitmqctl", "-q", "list_policies", "-p", "orders"])
                return list.output.contains("ha-all")
            }
            #expect(try await hosts.journal("mq1", with: "create policy orders/ha-all succeeded").count >= 2)
            #expect(try await hosts.journal("mq2", with: "policy orders/ha-all succeeded").isEmpty)
            #expect(try await hosts.journal("mq3", with: "policy orders/ha-all succeeded").isEmpty)
        }

        @Test("another cookie under a running node is reported and left alone")
        func cookie() async throws {
            let hosts = try await SharedHosts.converged()
            let path = "/var/lib/rabbitmq/.erlang.cookie"
            let good = try await hosts.lab.output("mq3", "cat", path)
            let change = "cp -p \(path) /root/cookie && printf ANOTHERCOOKIE > \(path)"
            try await hosts.lab.output("mq3", "sh", "-c", change)
            try await hosts.lab.waitUntil("it is reported", within: .seconds(90)) {
                let blocked = try await hosts.snapshot("mq3")?.blocked ?? []
                return blocked.contains { $0.guard == "in-service" && $0.resource.contains(".erlang.cookie") }
            }
            #expect(try await hosts.lab.output("mq3", "cat", path) == "ANOTHERCOOKIE")
            let status = try await hosts.lab.output("mq3", "journalctl", "--unit=warren", "--output=cat")
            #expect(!status.contains("ANOTHERCOOKIE") && !status.contains(good))
            try await hosts.lab.output("mq3", "sh", "-c", "cat /root/cookie > \(path)")
            try await hosts.awaitConverged()
        }

        @Test("a folder that can't be written: it is said which, and mended once it can be")
        func readOnly() async throws {
            let hosts = try await SharedHosts.converged()
            let mount = "mount --bind /etc/haproxy /etc/haproxy && mount -o remount,bind,ro /etc/haproxy"
            try await hosts.lab.output("lb2", "systemctl", "stop", "warren")
            try await hosts.lab.output("lb2", "sh", "-c", "echo '# by hand' >> \(Self.haproxy) && \(mount)")
            try await hosts.lab.output("lb2", "systemctl", "start", "warren")
            try await hosts.lab.waitUntil("it is said", within: .seconds(90)) {
                try await hosts.journal("lb2", with: "file /etc/haproxy/haproxy.cfg failed").contains {
                    $0.contains("/etc/haproxy") && $0.contains("ead-only")
                }
            }
            #expect(try await hosts.holders().count == 1)
            try await hosts.lab.output("lb2", "sh", "-c", "umount /etc/haproxy && systemctl restart warren")
            try await hosts.awaitConverged()
            #expect(try await !hosts.lab.output("lb2", "cat", Self.haproxy).contains("by hand"))
        }
    }
}
