import ClusterModel
import Foundation
import HostAccess
import TestSupport
import Testing

@Suite("A node that belongs elsewhere", .serialized)
struct ForeignNodeTests {
    @Test("is not joined while it holds something, which is told once with the way out, and joins when that was taken")
    func isKept() async throws {
        let hosts = try await SupervisedHosts(["mq1", "mq2", "mq3"]) { ClusterTests.manifest($0) }
        let directory = hosts.directory("mq3")
        let start = try await hosts.warren(
            "mq3", "broker", "start", "-f", hosts.manifest, "--host", "mq3", "--directory", directory)
        #expect(start.code == 0, "\(start.errors)")
        _ = try await hosts.ctl("mq3", "add_vhost", "precious")
        for name in ["mq1", "mq2"] { _ = try hosts.startAgent(name) }
        let isFormed = try await eventually(within: .seconds(120)) {
            try await hosts.runningNodes("mq1") == 2
        }
        #expect(isFormed, "\(hosts.logText("mq1").suffix(2000))")

        _ = try hosts.startAgent("mq3")
        let words = "holds 0 queues, 0 users, 1 vhosts, in a cluster of 1, which joining would discard"
        #expect(await eventually(within: .seconds(90)) { hosts.logText("mq3").contains(words) })
        #expect(try await hosts.ctl("mq3", "list_vhosts").contains("precious"))
        let wayOut = "move \(directory)/data/rabbit@mq3 away"
        #expect(hosts.logText("mq3").contains(wayOut))
        // It does not ask the node in each run: one action was written down.
        let wake = try await hosts.warren("mq3", "reconcile", "--wait", "--state", hosts.state("mq3"))
        #expect(wake.output.contains("stalled") || wake.errors.contains("stalled"), "\(wake.output)\(wake.errors)")
        let tries = hosts.logText("mq3").split(separator: "\n").filter { $0.contains("create member rabbit@mq3") }
        #expect(tries.count == 1, "\(tries)")

        // The agent starts it again as soon as it is down: the data goes at once.
        let server = try #require(try await hosts.processes("mq3")[.rabbitmq])
        try FileManager.default.moveItem(atPath: "\(directory)/data", toPath: "\(directory)/data-of-another")
        server.signal(15)
        let hasJoined = try await eventually(within: .seconds(120)) {
            try await hosts.runningNodes("mq1") == 3
        }
        #expect(hasJoined, "\(hosts.logText("mq3").suffix(3000))")
    }
}
