import ClusterModel
import HostAccess
import Providers
import TestSupport
import Testing

extension RealBrokers {
    @Suite struct Shared {
        @Test(arguments: TestBroker.Version.allCases)
        func answersAsItsVersion(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            #expect(try await broker.ctl("version").contains("\(version.release)"))
            let status = try await broker.json("rabbitmqctl", ["cluster_status", "--formatter", "json"])
            #expect(status["running_nodes"] == [.string(broker.installation.nodeName)])
        }
    }
}
