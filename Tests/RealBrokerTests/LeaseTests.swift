import ClusterModel
import HostAccess
import Providers
import ResourceKinds
import TestSupport
import Testing

extension RealBrokers {
    /// The lease lies in the broker itself and is taken in the call that writes.
    @Suite struct Leases {
        private func write(
            _ name: String, as holder: String, seconds: Int = 30, on broker: TestBroker
        ) async -> StepResult {
            let entry: JSONValue = [
                "vhost": "/", "name": .string(name), "pattern": "^", "apply-to": "queues", "priority": 0,
                "definition": ["max-length": 1],
            ]
            let action = Action(
                .create, ResourceID("policy", vhost: "/", name: name), scope: .cluster, guards: [.majority],
                reason: "missing", change: .merge([DefinitionsEntry(.policies, entry)]), fingerprint: name)
            let tools = BrokerTools(installation: broker.installation, runner: broker.runner)
            return await BrokerWriter(tools: tools).carryOut(
                Step([action]),
                under: Precondition(
                    members: [broker.installation.nodeName], lease: Lease(holder: holder, seconds: seconds)),
                clock: { SystemClock.now() })
        }

        private func generation(_ broker: TestBroker) async throws -> Int? {
            let parameters = try await broker.json(
                "rabbitmqctl", ["list_global_parameters", "-q", "--formatter", "json"])
            let lease = parameters.array?.first { $0["name"]?.string == Lease.parameter }
            let value = lease?["value"]?.string.flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? lease?["value"]
            return value?["generation"]?.integer
        }

        @Test("Of agents that write at the same instant, one does", arguments: TestBroker.Version.allCases)
        func race(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            let results = await withTaskGroup(of: StepResult.self) { group in
                for index in 0..<4 { group.addTask { await write("p\(index)", as: "mq\(index)", on: broker) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let outcomes = results.flatMap { $0.outcomes.map(\.1) }
            #expect(outcomes.count { $0 == .succeeded } == 1, "\(outcomes)")
            #expect(outcomes.count { $0.message?.contains("has the lease") == true } == 3, "\(outcomes)")
            #expect(try await broker.policies().count == 1)
            try await broker.reset()
        }

        @Test(
            "A lease ends by itself, and its generation tells its holders apart", arguments: TestBroker.Version.allCases
        )
        func expiry(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            #expect(await write("p1", as: "mq1", seconds: 4, on: broker).outcomes[0].1 == .succeeded)
            let first = try #require(await generation(broker))
            #expect(await write("p2", as: "mq1", seconds: 4, on: broker).outcomes[0].1 == .succeeded)
            #expect(try await generation(broker) == first, "a holder keeps its generation")
            var outcome = Outcome.failed("not tried")
            let limit = ContinuousClock.now + .seconds(60)
            while outcome != .succeeded, ContinuousClock.now < limit {
                outcome = await write("p3", as: "mq2", seconds: 4, on: broker).outcomes[0].1
            }
            #expect(outcome == .succeeded)
            #expect(try await generation(broker) == first + 1)
            try await broker.reset()
        }

        @Test(
            "While the cluster is suspended the broker itself lets no agent write, and every agent reads who did it",
            arguments: TestBroker.Version.allCases)
        func suspension(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            let tools = BrokerTools(installation: broker.installation, runner: broker.runner)
            let second = SystemClock.now().milliseconds / 1000 * 1000
            let wanted = Suspension(
                .cluster, author: "ali\"ce", reason: "é <b> #{}", since: Timestamp(milliseconds: second),
                until: Timestamp(milliseconds: second + 3_600_000))
            try await ClusterSuspension(tools: tools).set(wanted)
            let refused = await write("p1", as: "mq1", on: broker).outcomes[0].1
            #expect(refused.message?.contains("a person had suspended the whole cluster") == true, "\(refused)")
            let observed = await BrokerReader(tools: tools).observe(at: SystemClock.now()).observation
            #expect(GlobalParameterKind.suspension(in: observed) == .some(wanted))
            for _ in 0..<2 { try await ClusterSuspension(tools: tools).clear() }
            #expect(await write("p1", as: "mq1", on: broker).outcomes[0].1 == .succeeded)
            try await broker.reset()
        }
    }
}
