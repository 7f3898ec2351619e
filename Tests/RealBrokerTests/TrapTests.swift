import AgentRuntime
import ClusterModel
import Planning
import TestSupport
import Testing

extension RealBrokers {
    /// Changes that look harmless and are not.
    @Suite struct Traps {
        @Test(arguments: TestBroker.Version.allCases)
        func clusterIsRenamedOnlyWithoutUpstreams(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            try await world.converge("mode: enforce", name: "orders")
            try await world.expectNothingIsWritten("mode: enforce", name: "orders")
            try await world.broker.ctl("set_cluster_name", "by hand")
            #expect(try await world.plan("mode: enforce", name: "orders").told == ["cluster-name cluster": "value"])
            try await world.converge("mode: enforce", name: "orders")
            try await world.broker.ctl("clear_global_parameter", "cluster_name")
            #expect(try await world.plan("mode: enforce", name: "orders").told == ["cluster-name cluster": "value"])
            try await world.converge("mode: enforce", name: "orders")
            #expect(try await name(world) == "orders")

            let upstream = "federation: { upstreams: [{ name: u, vhost: /, uri: 'amqp://127.0.0.1:1' }] }"
            try await world.converge(upstream, name: "orders")
            let renamed = try await world.apply(upstream, name: "renamed")
            #expect(renamed.result == .drifted)
            #expect(renamed.actions.isEmpty)
            #expect(renamed.final.plan.told == ["cluster-name cluster": "value"])
            #expect(renamed.final.plan.guards == ["cluster-name cluster": "no-federation-backlog"])
            #expect(renamed.sentence.contains("upstream //u"))
            #expect(try await name(world) == "orders")
            try await world.broker.reset()
        }

        private func name(_ world: Converger) async throws -> JSONValue? {
            try await world.broker.json("rabbitmqctl", ["cluster_status", "--formatter", "json"])["cluster_name"]
        }

        @Test(arguments: TestBroker.Version.allCases)
        func vhostKeepsTheMetadataThatIsNotInQuestion(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            func spec(tags: String, limits: String) -> String {
                "vhosts: [{ name: v, description: Für alle, tags: [\(tags)], defaultQueueType: quorum, limits: { \(limits) } }, { name: / }]"
            }
            try await world.converge(spec(tags: "a", limits: "max-queues: 5"))
            let created = try await metadata(world, of: "v")
            #expect(created["default_queue_type"] == "quorum")
            try await world.converge(spec(tags: "b, c", limits: "max-queues: 5"))
            try await world.converge(spec(tags: "b, c", limits: "max-connections: 7"))
            var expected = created.object ?? [:]
            expected["tags"] = ["b", "c"]
            #expect(try await metadata(world, of: "v") == .object(expected))
            #expect(try await metadata(world, of: "/")["description"] == "Default virtual host")
            let limits = try await world.broker.list("list_vhost_limits", "--global")
            #expect(limits.map { $0["limits"] } == [#"{"max-connections":7}"#])

            try await world.converge(spec(tags: "b, c", limits: ""))
            let none = try await world.broker.list("list_vhost_limits", "--global")
            #expect(none.filter { $0["limits"] != "[]" && $0["limits"] != "{}" } == [])

            let typed = spec(tags: "b, c", limits: "").replacing("quorum", with: "classic")
            guard version == .v3 else {
                try await world.converge(typed)
                #expect(try await metadata(world, of: "v")["default_queue_type"] == "classic")
                return try await world.broker.reset()
            }
            let report = try await world.apply(typed)
            #expect(report.result == .drifted)
            #expect(report.actions.isEmpty)
            #expect(report.final.plan.guards == ["vhost v": "immutable"])
            #expect(try await metadata(world, of: "v") == .object(expected))
            try await world.broker.reset()
        }

        private func metadata(_ world: Converger, of vhost: String) async throws -> JSONValue {
            let vhosts = try await world.definitions()[.vhosts]
            return vhosts.first { $0["name"]?.string == vhost }?["metadata"] ?? .null
        }

        @Test(arguments: TestBroker.Version.allCases)
        func whatCannotBeChangedIsToldAndLeftAlone(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            func spec(_ length: Int, _ type: String) -> String {
                """
                queues: [{ name: q, vhost: /, arguments: { x-max-length: \(length) } }]
                exchanges: [{ name: e, vhost: /, type: \(type) }]
                """
            }
            try await world.converge(spec(5, "topic"))
            try await world.publish(to: "q")
            let before = try await world.everything()
            let report = try await world.apply(spec(6, "fanout"))
            #expect(report.result == .drifted)
            #expect(report.actions.isEmpty)
            #expect(report.final.plan.told == ["queue //q": "arguments", "exchange //e": "type"])
            #expect(report.final.plan.guards == ["queue //q": "immutable", "exchange //e": "immutable"])
            #expect(report.sentence.contains("immutable"))
            #expect(try await world.everything() == before)
            try await world.expectNothingIsWritten(spec(6, "fanout"))
            let queues = try await world.broker.list("list_queues", "name", "messages")
            #expect(queues == [["name": "q", "messages": 1]])
            try await world.broker.reset()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func userKeepsThePasswordWhenOtherThingsChange(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            let secret = try world.scratch.write("pa55 wörd\n", to: "secret", mode: 0o600)
            func spec(_ rest: String) -> String {
                "users: [{ name: app, password: { fromFile: \(secret) }, \(rest) }, { name: other, password: same-value, \(rest) }]"
            }
            try await world.converge(spec("tags: [monitoring]"))
            let hashes = try await [world.hash(of: "app"), world.hash(of: "other")]
            try await world.converge(spec("tags: [management], limits: { max-channels: 3, max-connections: 4 }"))
            #expect(try await [world.hash(of: "app"), world.hash(of: "other")] == hashes)
            try await world.converge(spec("limits: { max-channels: 3 }"))
            try await world.converge(spec("tags: []"))
            try await world.expectNothingIsWritten(spec("tags: []"))
            #expect(try await [world.hash(of: "app"), world.hash(of: "other")] == hashes)
            #expect(await world.takes("pa55 wörd", of: "app"))
            #expect(await world.takes("same-value", of: "other"))
            #expect(await !world.takes("same-value", of: "app"))

            try world.scratch.write("new one", to: "secret", mode: 0o600)
            #expect(try await world.plan(spec("tags: []")).told == ["user app": "passwordHash"])
            try await world.converge(spec("tags: []"))
            #expect(await world.takes("new one", of: "app"))
            #expect(try await world.hash(of: "other") == hashes[1])
            try await world.broker.reset()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func listValuedParameterDoesNotBlindWarren(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            let spec = """
                federation:
                  upstreams: [{ name: u, vhost: /, uri: 'amqp://127.0.0.1:1' }]
                  upstreamSets: [{ name: s, vhost: /, upstreams: [{ upstream: u }] }]
                policies: [{ name: p, vhost: /, pattern: '^a\\.', definition: { max-length: 1 } }]
                users: [{ name: app, password: secret-app, permissions: [{ vhost: /, read: '.*' }] }]
                queues: [{ name: 'q für alle', vhost: /, arguments: { x-max-length: 5 } }]
                """
            try await world.converge(spec)
            try await world.expectNothingIsWritten(spec)
            if version == .v3 {
                let export = try await world.broker.tool("rabbitmqctl", ["-q", "export_definitions", "-"])
                #expect(export.contains("badrpc"), "it is this that has to be got round")
            }
            try await world.broker.ctl("set_policy", "p", "^b", #"{"max-length":1}"#)
            #expect(try await world.plan(spec).told == ["policy //p": "pattern"])
            try await world.converge(spec)
            try await world.broker.reset()
        }
    }
}
