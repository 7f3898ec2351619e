import AgentRuntime
import ClusterModel
import Planning
import TestSupport
import Testing

extension RealBrokers {
    /// Values that only the broker can refuse.
    @Suite struct Stalls {
        private static let policies = (1...200).map {
            "  - { name: p\($0), vhost: /, pattern: x, definition: { max-length: \($0) } }\n"
        }.joined()

        @Test(arguments: TestBroker.Version.allCases)
        func oneBadPolicyAmongManyKeepsNoOther(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            func spec(_ definition: String) -> String {
                "policies:\n" + Self.policies
                    + "  - { name: culprit, vhost: /, pattern: x, definition: { \(definition) } }\n"
                    + "globalParameters: [{ name: after, value: 1 }]\n"
            }
            let bad = spec("some-plugins-key: 1")
            let report = try await world.apply(bad)
            #expect(report.result == .stalled)
            #expect(report.final.plan.told == ["policy //culprit": "missing"])
            #expect(report.final.plan.stalled.map { "\($0.resource)" } == ["policy //culprit"])
            #expect(report.final.plan.stalled.first?.message.contains("not recognised") == true)
            #expect(report.final.plan.stalled.first?.message.contains("some-plugins-key") == true)
            #expect(report.sentence.contains("some-plugins-key"))
            #expect(report.processes == 1, "the culprit is found inside the broker")
            #expect(try await world.broker.policies().count == 200)

            try await world.expectNothingIsWritten(bad)
            let other = try await world.apply(spec("other-plugins-key: 1"))
            #expect(other.actions.map { "\($0.action.resource)" } == ["policy //culprit"])
            #expect(other.final.plan.stalled.first?.message.contains("other-plugins-key") == true)
            try await world.converge(spec("max-length: 7"))
            try await world.expectNothingIsWritten(spec("max-length: 7"))
            try await world.broker.reset()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func refusalsOfSeveralKindsAreToldEachInTheBrokersWords(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            let good = """
                policies: [{ name: good, vhost: /, pattern: x, definition: { max-length: 1 } }]
                exchanges: [{ name: good, vhost: / }]
                queues: [{ name: good, vhost: / }]
                bindings: [{ vhost: /, source: good, destination: good }]

                """
            let bad = """
                parameters: [{ component: no-such-component, name: bad, vhost: /, value: 1 }]
                exchanges: [{ name: bad, vhost: /, type: x-no-such-type }]
                queues: [{ name: bad, vhost: /, arguments: { x-max-priority: many } }]
                users: [{ name: bad, passwordHash: 'not base64!' }]
                bindings: [{ vhost: /, source: no-such-exchange, destination: good }]

                """
            let spec = (good + bad).split(separator: "\n").map(String.init)
            let merged = Self.merged(spec)
            let report = try await world.apply(merged)
            let words = Dictionary(
                report.final.plan.stalled.map { ("\($0.resource)", $0.message) }, uniquingKeysWith: { $0 + $1 })
            #expect(
                Set(words.keys) == [
                    "parameter //no-such-component/bad", "exchange //bad", "queue //bad", "user bad",
                    "binding //no-such-exchange/queue/good/",
                ])
            #expect(words["parameter //no-such-component/bad"]?.contains("no-such-component") == true)
            #expect(words["exchange //bad"]?.contains("x-no-such-type") == true)
            #expect(words["queue //bad"]?.contains("x-max-priority") == true)
            // 3.10 says nothing of a binding that it does not make.
            let ofBinding = world.version == .v3 ? "did not do it" : "no-such-exchange"
            #expect(words["binding //no-such-exchange/queue/good/"]?.contains(ofBinding) == true)
            #expect(Set(report.final.plan.told.keys) == Set(words.keys))
            try await world.expectNothingIsWritten(merged)
            try await world.converge(good)
            try await world.broker.reset()
        }

        /// The lists of the same key joined.
        private static func merged(_ lines: [String]) -> String {
            var lists: [String: [String]] = [:]
            for line in lines {
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                lists[parts[0], default: []].append(String(parts[1].drop { $0 == " " }.dropFirst().dropLast()))
            }
            return lists.sorted { $0.key < $1.key }.map { "\($0): [\($1.joined(separator: ", "))]\n" }.joined()
        }
    }
}
