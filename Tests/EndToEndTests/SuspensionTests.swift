import ClusterModel
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// A person switches enforcement off for a time, and asks for runs.
    @Suite(.serialized) struct Suspended {
        @Test(
            "a suspended cluster is so on every host and over an agent's restart, and what was changed is put back after it"
        )
        func cluster() async throws {
            let hosts = try await SharedHosts.converged()
            try await hosts.lab.output(
                "mq2", "warren", "suspend", "--cluster", "--for", "10m", "--reason", "load test", "--by", "alice")
            do {
                try await Self.suspended(hosts)
            } catch {
                _ = try? await hosts.lab.exec("mq2", ["warren", "resume", "--cluster"])
                throw error
            }
            try await hosts.lab.output("mq2", "warren", "resume", "--cluster")
            try await hosts.lab.waitUntil("the policy is there again") {
                try await hosts.lab.output("mq3", "rabbitmqctl", "-q", "list_policies", "-p", "orders")
                    .contains("ha-all")
            }
            try await hosts.awaitConverged()
            let run = try await hosts.lab.exec("mq1", ["warren", "reconcile", "--wait"])
            #expect(run.code == 0 && run.output.contains("everything is as the manifest says"), "\(run)")
            try await hosts.lab.waitUntil("no host says any longer that it is suspended", within: .seconds(60)) {
                for host in FiveHosts.all {
                    guard try await hosts.snapshot(host)?.suspensions == [] else { return false }
                }
                return true
            }
        }

        private static func suspended(_ hosts: FiveHosts) async throws {
            func awaitSeen(_ when: String) async throws {
                try await hosts.lab.waitUntil("every host says that it is suspended, \(when)", within: .seconds(60)) {
                    for host in FiveHosts.all {
                        let all = try await hosts.snapshot(host)?.suspensions ?? []
                        guard all.contains(where: { $0.author == "alice" && $0.reason == "load test" }) else {
                            return false
                        }
                    }
                    return true
                }
            }
            try await awaitSeen("at once")
            try await hosts.lab.output("mq3", "rabbitmqctl", "clear_policy", "-p", "orders", "ha-all")
            try await hosts.lab.output("mq1", "systemctl", "restart", "warren")
            try await awaitSeen("after the lead's restart")
            let run = try await hosts.lab.exec("mq1", ["warren", "reconcile", "--wait"])
            #expect(run.code == 2 && run.output.contains("alice") && run.output.contains("load test"), "\(run)")
            let policies = try await hosts.lab.output("mq3", "rabbitmqctl", "-q", "list_policies", "-p", "orders")
            #expect(!policies.contains("ha-all"), "nothing is put back")
            let status = try await hosts.lab.exec("lb1", ["warren", "status"])
            #expect(status.output.contains("suspended") && status.output.contains("alice"), "\(status)")
        }

        @Test("a change through the management HTTP API is put back, and is told with its user and when")
        func httpAPI() async throws {
            let hosts = try await SharedHosts.converged()
            let script = """
                rabbitmqctl -q add_user carol pa55-carol && rabbitmqctl -q set_user_tags carol administrator &&
                rabbitmqctl -q set_permissions -p orders carol '.*' '.*' '.*'
                """
            try await hosts.lab.output("mq2", "sh", "-c", script)
            let address = try hosts.lab.plan.host("mq3").address
            try await hosts.lab.output(
                "client", "/usr/bin/curl", "--silent", "--fail", "--show-error", "--user", "carol:pa55-carol",
                "--request", "PUT", "--header", "content-type: application/json", "--data",
                #"{"pattern":"^by-hand","definition":{"max-length":3},"apply-to":"queues","priority":9}"#,
                "http://\(address):15672/api/policies/orders/ha-all")
            try await hosts.lab.waitUntil("it is put back and told with its author", within: .seconds(60)) {
                let report = try await hosts.lab.exec(
                    "mq1", ["warren", "drift", "--since", "10m", "--author", "carol", "--output", "json"])
                let closed = try report.json()["closed"]?.array ?? []
                return closed.contains {
                    $0["resource"] == "policy orders/ha-all" && $0["resolution"] == "repaired"
                        && $0["authorAt"]?.string != nil
                }
            }
            try await hosts.lab.output("mq2", "rabbitmqctl", "-q", "delete_user", "carol")
            try await hosts.awaitConverged()
        }
    }
}
