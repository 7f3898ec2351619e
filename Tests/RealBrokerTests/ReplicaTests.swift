import ClusterModel
import HostAccess
import Providers
import TestSupport
import Testing

extension RealBrokers {
    /// What one reading tells of replicas. Clusters of several nodes are in `EndToEndTests`.
    @Suite struct Replicas {
        @Test(
            "counts leaders and names the queues that can't go on without a node",
            arguments: TestBroker.Version.allCases)
        func oneNode(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            try await broker.eval(
                declaring([
                    ("jobs", "quorum", []), ("<b>log</b>", "stream", []), ("old", "classic", []),
                    ("wide", "quorum", [("x-quorum-initial-group-size", 5)]),
                ]))
            let replicas = try #require(await reading(of: broker))
            let node = broker.installation.nodeName
            #expect(replicas.count == 3)
            #expect(replicas.troubled == [])
            #expect(replicas.leaders == [node: 2])
            #expect((replicas.uptimes[node] ?? 0) > 0)
            let names = replicas.critical[node]?.named.map(\.name).sorted()
            #expect(names == ["<b>log</b>", "jobs", "wide"])
            #expect(replicas.onlyOn[node] == .these([.init(vhost: "/", name: "old", type: .classic)]))
            // One node can hold one replica, whatever a queue was declared with.
            #expect(replicas.lacking == [node: .init()])
            try await broker.reset()
        }

        @Test("tells a replica whose process is gone", arguments: TestBroker.Version.allCases)
        func silent(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            try await broker.eval(declaring([("jobs", "quorum", [])]))
            try await broker.eval("ra:stop_server(quorum_queues, {'%2F_jobs', node()}).")
            let replicas = try #require(await reading(of: broker))
            let queue = ReplicaView.Queue(vhost: "/", name: "jobs", type: .quorum)
            let node = broker.installation.nodeName
            #expect(replicas.troubled == [.init(queue: queue, leader: nil, members: [node], silent: [node])])
            #expect(replicas.silent(on: node).named == [queue] && replicas.leaderless.named == [queue])
            try await broker.eval("ra:restart_server(quorum_queues, {'%2F_jobs', node()}).")
            try await broker.reset()
        }

        private func reading(of broker: TestBroker) async -> ReplicaView? {
            let reader = BrokerReader(tools: BrokerTools(installation: broker.installation, runner: broker.runner))
            return await reader.observe(at: SystemClock.now()).observation.cluster.view?.replicas
        }

        private func declaring(_ queues: [(name: String, type: String, sizes: [(String, Int)])]) -> String {
            let calls = queues.map { queue in
                let sizes = queue.sizes.map { #", {<<"\#($0.0)">>, long, \#($0.1)}"# }.joined()
                return #"""
                    {new, _} = rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"\#(queue.name)">>), true, false,
                      [{<<"x-queue-type">>, longstr, <<"\#(queue.type)">>}\#(sizes)], none, <<"guest">>)
                    """#
            }
            return calls.joined(separator: ",\n") + "."
        }
    }
}
