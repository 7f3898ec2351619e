import ClusterModel
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// Debian 13: RabbitMQ 4.0 without mirroring, HAProxy 3.0, keepalived 2.3.
    @Suite(.serialized) struct NewerRelease {
        @Test("five bare hosts of Debian 13 form a cluster, keep its policies, and the address moves", .long)
        func thirteen() async throws {
            try await SharedHosts.down()
            let scratch = try ScratchDirectory("thirteen")
            let text = String(decoding: try FileContent.read("manifests/lab.yaml"), as: UTF8.self)
            let newer = text.replacing(
                "definition: { ha-mode: all, ha-sync-mode: automatic }", with: "definition: { max-length: 100000 }")
            let manifest = try scratch.write(newer, to: "manifest.yaml")
            let hosts = try await FiveHosts.up(debian: .thirteen, manifest: manifest)
            do {
                try await check(hosts)
                try await hosts.lab.down()
            } catch {
                try? await hosts.lab.down()
                throw error
            }
        }

        private func check(_ hosts: FiveHosts) async throws {
            try await hosts.awaitConverged()
            let node = try #require(try await hosts.snapshot("mq1")?.node)
            #expect(node.version?.hasPrefix("4.0") == true)
            #expect(node.cluster?.runningMembers.count == 3)
            try await hosts.lab.output("mq2", "rabbitmqctl", "clear_policy", "-p", "orders", "ha-all")
            try await hosts.lab.output("mq1", "systemctl", "reload", "warren")
            try await hosts.lab.waitUntil("the policy is there again", within: .seconds(60)) {
                let list = try await hosts.lab.exec("mq2", ["rabbitmqctl", "-q", "list_policies", "-p", "orders"])
                return list.output.contains("max-length")
            }
            let report = try await Publisher.report(on: hosts, queue: "app.newer") {
                try await hosts.lab.laboratory.powerOff(["lb1"], in: hosts.lab.name)
                try await hosts.awaitHolder("lb2")
                try await hosts.lab.laboratory.powerOn(["lb1"], in: hosts.lab.name)
                try await hosts.awaitHolder("lb1")
                try await hosts.lab.laboratory.kill("keepalived", on: "lb1", in: hosts.lab.name)
                try await hosts.lab.laboratory.kill("haproxy", on: "lb1", in: hosts.lab.name)
                try await hosts.awaitConverged(FiveHosts.proxies)
            }
            print("Debian 13: gaps \(report.gaps), \(report.confirmed) confirmed")
            #expect(report.lost == 0)
        }
    }
}
