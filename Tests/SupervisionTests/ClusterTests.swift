import ClusterModel
import Glibc
import HostAccess
import TestSupport
import Testing

/// Three hosts with an agent each, by the same protocol as under systemd.
@Suite("A cluster of hosts whose agents are the supervisors", .serialized)
struct ClusterTests {
    @Test("forms although the agent of its founder starts last, disc and RAM nodes, and takes a killed broker back")
    func forms() async throws {
        let names = ["mq1", "mq2", "mq3"]
        let hosts = try await SupervisedHosts(names) { Self.manifest($0, ram: "mq3") }
        let begun = ContinuousClock.now
        for name in names.reversed() { _ = try hosts.startAgent(name) }
        for name in names { try await hosts.awaitConverged(name, within: .seconds(240)) }
        print("three supervised hosts were a cluster after \(begun.duration(to: .now))")
        let status = try await hosts.ctl("mq2", "eval", "lists:sort(rabbit_nodes:all_running()).")
        #expect(status.contains("[rabbit@mq1,rabbit@mq2,rabbit@mq3]"), "\(status)")
        #expect(try await hosts.ctl("mq3", "list_vhosts").contains("orders"))
        let inMemory = try await hosts.ctl("mq1", "-q", "eval", "rabbit_mnesia:cluster_nodes(ram).")
        #expect(inMemory.contains("[rabbit@mq3]"), "\(inMemory)")

        for name in ["mq2", "mq3"] {
            let before = try #require(try await hosts.processes(name)[.rabbitmq])
            before.signal(SIGKILL)
            let isBack = try await eventually(within: .seconds(120)) {
                guard let now = try await hosts.processes(name)[.rabbitmq], now != before else { return false }
                return try await hosts.runningNodes("mq1") == 3
            }
            #expect(isBack, "\(hosts.logText(name).suffix(2000))")
        }
    }
    static func manifest(_ hosts: SupervisedHosts, ram: String? = nil) -> String {
        """
        apiVersion: warren/v1
        kind: Cluster
        metadata: { name: three }
        spec:
          hosts:
        \(hosts.entries("broker", ram: ram))
          broker:
            erlangCookie: { fromFile: cookie }
            config: { disk_free_limit.absolute: 10MB, cluster_partition_handling: pause_minority }
          vhosts: [{ name: orders }]

        """
    }
}
