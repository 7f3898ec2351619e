import ClusterModel
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// A host that the manifest names no more leaves, and takes no message with it.
    @Suite(.serialized) struct Removal {
        @Test("a broker that is taken out of the manifest is drained, leaves and is forgotten, and no message is lost")
        func leaves() async throws {
            let hosts = try await SharedHosts.converged()
            let good = try await hosts.lab.output("mq1", "cat", HostManifest.path)
            let without = good.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.contains("name: mq3,") }.joined(separator: "\n")
            #expect(without != good)
            let report = try await Publisher.report(on: hosts, queue: "app.removal") {
                for host in FiveHosts.all { try await Manifests.write(without, on: host, hosts) }
                try await Self.awaitGone(hosts)
            }
            print("mq3 removed: \(report.confirmed) confirmed, \(report.lost) lost, gaps \(report.gaps)")
            #expect(report.confirmed >= 100)
            #expect(report.lost == 0)
            // RabbitMQ 4.0 writes down for some seconds once more what the queue's leader was told before.
            try await hosts.lab.waitUntil("no queue has a replica on mq3", within: .seconds(30)) {
                let replicas = try await hosts.lab.output(
                    "mq1", "rabbitmqctl", "-q", "list_queues", "-p", "orders", "name", "members")
                return replicas.contains("rabbit@mq2") && !replicas.contains("rabbit@mq3")
            }
            try await Self.checkWords(hosts)

            // The same name comes back with a blank disk, and the manifest that names it.
            try await hosts.lab.laboratory.replace("mq3", in: hosts.lab.name)
            for host in FiveHosts.all where host != "mq3" { try await Manifests.write(good, on: host, hosts) }
            try await hosts.awaitConverged()
        }

        static func awaitGone(_ hosts: FiveHosts) async throws {
            try await hosts.lab.waitUntil("the cluster is mq1 and mq2", within: .seconds(120)) {
                for host in ["mq1", "mq2"] {
                    let cluster = try await hosts.snapshot(host)?.node?.cluster
                    guard cluster?.members == ["rabbit@mq1", "rabbit@mq2"] else { return false }
                }
                return true
            }
            try await hosts.lab.waitUntil("no proxy sends clients to mq3", within: .seconds(60)) {
                for host in FiveHosts.proxies {
                    guard let backends = try await hosts.snapshot(host)?.proxy?.backends else { return false }
                    guard backends.allSatisfy({ $0.server != "mq3" }), backends.contains(where: { $0.server == "mq1" })
                    else { return false }
                }
                return true
            }
        }

        /// What the removed host's own agent says.
        private static func checkWords(_ hosts: FiveHosts) async throws {
            try await hosts.lab.waitUntil("mq3 says what it is, and what to do", within: .seconds(90)) {
                let condition = try await hosts.snapshot("mq3")?.conditions.first { $0.name == "Converged" }
                return condition?.message?.contains("the cluster forgot rabbit@mq3") == true
                    && condition?.message?.contains("systemctl disable --now warren") == true
            }
            #expect(try await hosts.journal("mq3", with: "is in the manifest of orders no more").isEmpty == false)
        }
    }
}
