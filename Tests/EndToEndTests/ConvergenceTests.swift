import ClusterModel
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// What bare hosts become, and that this is left alone afterwards.
    @Suite(.serialized) struct Convergence {
        @Test("five bare hosts become one cluster with its objects, its proxies and its address")
        func converges() async throws {
            let hosts = try await SharedHosts.converged()
            var identities: Set<String> = []
            for host in FiveHosts.brokers {
                let cluster = try #require(try await hosts.snapshot(host)?.node?.cluster)
                #expect(cluster.name == "orders")
                #expect(cluster.members == ["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"])
                #expect(cluster.runningMembers == cluster.members)
                identities.insert(try #require(cluster.id))
            }
            #expect(identities.count == 1)
            #expect(try await hosts.holders() == ["lb1"])
            let policies = try await hosts.lab.output("mq3", "rabbitmqctl", "-q", "list_policies", "-p", "orders")
            #expect(policies.contains("ha-all") && policies.contains("ha-mode") == (SharedHosts.release == .twelve))
            let users = try await hosts.lab.output("mq2", "rabbitmqctl", "-q", "list_users")
            #expect(users.contains("app\t[monitoring]"))
            for host in FiveHosts.proxies {
                let backends = try #require(try await hosts.snapshot(host)?.proxy?.backends)
                let amqp = backends.filter { $0.listener == "amqp" }
                #expect(amqp.map(\.server).sorted() == FiveHosts.brokers)
                #expect(amqp.allSatisfy { $0.status == "UP" })
            }
        }

        @Test("a second look finds no drift and writes nothing")
        func secondLook() async throws {
            let hosts = try await SharedHosts.converged()
            for host in FiveHosts.all {
                let before = try #require(try await hosts.snapshot(host))
                let actions = try await hosts.journal(host, with: " succeeded run=").count
                try await hosts.lab.output(host, "systemctl", "reload", "warren")
                try await hosts.lab.waitUntil("\(host) looks again") {
                    let now = try await hosts.snapshot(host)
                    return (now?.runs.total ?? 0) > before.runs.total
                }
                let after = try #require(try await hosts.snapshot(host))
                #expect(after.lastRun?.result == "converged")
                #expect(after.totals.drift == 0)
                #expect(try await hosts.journal(host, with: " succeeded run=").count == actions)
            }
        }

        @Test("a client publishes with confirms through the address, and consumes all")
        func client() async throws {
            let hosts = try await SharedHosts.converged()
            let report = try await Publisher.report(on: hosts, queue: "app.plain") {}
            #expect(report.confirmed >= 70)
            #expect(report.reconnects == 0)
            #expect(report.lost == 0)
        }
    }
}

extension HostSnapshot.RunTotals {
    var total: Int { byResult.values.reduce(0, +) }
}
