import ClusterModel
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// A cluster has one founder, in whatever order its hosts come, and also when one never does.
    @Suite(.serialized) struct Formation {
        @Test("the first broker comes last but one, an agent is killed in the middle, and one host comes much later")
        func order() async throws {
            try await SharedHosts.down()
            let hosts = try await FiveHosts.up()
            do {
                try await form(hosts)
                try await hosts.lab.down()
            } catch {
                try? await hosts.lab.down()
                throw error
            }
        }

        private func form(_ hosts: FiveHosts) async throws {
            let (laboratory, name) = (hosts.lab.laboratory, hosts.lab.name)
            try await laboratory.powerOff(FiveHosts.brokers, in: name)
            try await laboratory.replace("mq2", in: name)
            try await hosts.lab.waitUntil("mq2 waits for a majority", within: .seconds(60)) {
                try await hosts.snapshot("mq2")?.blocked.contains { $0.guard == "formation" } == true
            }
            let early = try await hosts.lab.exec("mq2", ["systemctl", "is-active", "rabbitmq-server"])
            #expect(early.output == "inactive\n")
            try await laboratory.replace("mq1", in: name)
            try await hosts.lab.waitUntil("mq2 starts its node", within: .seconds(120)) {
                try await hosts.lab.exec("mq2", ["systemctl", "is-active", "rabbitmq-server"]).output != "inactive\n"
            }
            try await laboratory.kill("warren", on: "mq2", in: name)
            try await awaitMembers(["rabbit@mq1", "rabbit@mq2"], on: ["mq1", "mq2"], hosts)
            let founded = try await hosts.snapshot("mq1")?.node?.cluster?.id

            try await laboratory.replace("mq3", in: name)
            try await hosts.awaitConverged()
            try await awaitMembers(["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"], on: FiveHosts.brokers, hosts)
            for host in FiveHosts.brokers {
                #expect(try await hosts.snapshot(host)?.node?.cluster?.id == founded)
            }
        }

        private func awaitMembers(_ members: [String], on names: [String], _ hosts: FiveHosts) async throws {
            try await hosts.lab.waitUntil("\(members) are one cluster", within: .seconds(240)) {
                for host in names {
                    guard let cluster = try await hosts.snapshot(host)?.node?.cluster, cluster.members == members,
                        cluster.runningMembers == members
                    else { return false }
                }
                return true
            }
        }
    }
}
