import AgentRuntime
import ClusterModel
import Planning
import TestSupport
import Testing

extension RealBrokers {
    /// What the manifest names no more.
    @Suite struct Pruning {
        static let prune = """
            prune: { policies: true, users: true, vhosts: true, federation: true, shovels: true, parameters: true,
                     queues: true, exchanges: true, bindings: true, maxDeletions: 100 }

            """
        /// So that the manifest is not an empty one.
        static let kept = "policies: [{ name: kept, vhost: /, pattern: x, definition: { max-length: 1 } }]\n"

        @Test(arguments: TestBroker.Version.allCases)
        func eachKindIsDeletedWhereWarrenMadeItAndNothingElseIs(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            try await world.registerTestComponent()
            // Renaming is refused where there are upstreams, and one is made by hand here.
            try await world.broker.ctl("set_cluster_name", "kinds")
            try await world.broker.ctl("add_vhost", "hand")
            try await world.broker.ctl("set_policy", "hand", "^", #"{"max-length":1}"#)
            try await world.broker.ctl("set_parameter", "federation-upstream", "hand", #"{"uri":"amqp://127.0.0.1:1"}"#)
            try await world.broker.ctl("set_global_parameter", "hand", "1")
            try await world.broker.ctl("add_user", "hand", "secret")
            try await world.importByHand([
                "queues": [["name": "hand", "vhost": "/", "durable": true, "auto_delete": false, "arguments": [:]]],
                "exchanges": [
                    [
                        "name": "hand", "vhost": "/", "type": "direct", "durable": true, "auto_delete": false,
                        "arguments": [:],
                    ]
                ],
            ])
            let before = try await world.everything()

            try await world.converge(
                """
                vhosts: [{ name: ours, limits: { max-queues: 50 } }, { name: both }]
                users:
                  - { name: ours, limits: { max-channels: 1 }, permissions: [{ vhost: / }, { vhost: ours }],
                      topicPermissions: [{ vhost: /, exchange: amq.topic }, { vhost: /, exchange: other }] }
                policies: [{ name: p, vhost: /, pattern: x, definition: { max-length: 1 } }]
                operatorPolicies: [{ name: p, vhost: /, pattern: x, definition: { max-length: 1 } }]
                federation:
                  upstreams: [{ name: u, vhost: /, uri: 'amqp://127.0.0.1:1' }]
                  upstreamSets: [{ name: s, vhost: /, upstreams: [{ upstream: u }] }]
                shovels:
                  - { name: s, vhost: /, sourceUri: 'amqp://127.0.0.1:1', destinationUri: 'amqp://127.0.0.1:1',
                      definition: { src-queue: a, dest-queue: b } }
                parameters: [{ component: warren-test, name: p, vhost: /, value: [1] }]
                globalParameters: [{ name: g, value: {} }, { name: zażółć, value: 1 }]
                exchanges: [{ name: e, vhost: / }, { name: f, vhost: /, type: fanout }, { name: e, vhost: ours }]
                queues:
                  - { name: classic, vhost: / }
                  - { name: quorum, vhost: /, type: quorum }
                  - { name: stream, vhost: /, type: stream }
                  - { name: inside, vhost: ours, type: quorum }
                  - { name: inside, vhost: both }
                bindings:
                  - { vhost: /, source: e, destination: classic, routingKey: k }
                  - { vhost: /, source: e, destination: classic, routingKey: k, arguments: { n: 1, e: {}, l: [[a, 1]], f: 1.0 } }
                  - { vhost: /, source: e, destination: f, destinationType: exchange }
                  - { vhost: /, source: amq.topic, destination: hand, routingKey: t }

                """)
            // A stranger's queue keeps the vhost that it is in.
            try await world.importByHand([
                "queues": [
                    ["name": "stranger", "vhost": "both", "durable": true, "auto_delete": false, "arguments": [:]]
                ]
            ])
            let unpruned = try await world.plan(Self.kept)
            #expect(unpruned.actions.map(\.verb) == [.create])
            let report = try await world.apply(Self.prune + Self.kept)
            let failed = report.actions.filter { $0.outcome != .succeeded }.map {
                "\($0.action.resource) \($0.outcome)"
            }
            #expect(failed == [])
            #expect(report.final.plan.told == ["vhost both": "unexpected"])
            #expect(report.final.plan.guards == ["vhost both": "owns-contents"])
            #expect(report.final.plan.blocked.first?.reason.contains("queue both/stranger") == true)
            #expect(report.result == .drifted)
            let left = difference(try await world.everything(), before).filter {
                !$0.contains(#""name":"kept""#) && !$0.contains("both")
            }
            #expect(left == [])

            try await world.broker.ctl("delete_queue", "-p", "both", "stranger")
            try await world.converge(Self.prune + Self.kept)
            #expect(try await world.broker.vhosts().sorted() == ["/", "hand"])
            try await world.broker.reset()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func whatHoldsMessagesStaysUntilItIsEmpty(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            let types = ["classic", "quorum", "stream"]
            try await world.converge(
                Self.kept + "vhosts: [{ name: full }]\nqueues:\n"
                    + types.map { "  - { name: \($0), vhost: /, type: \($0) }\n" }.joined()
                    + "  - { name: inside, vhost: full, type: quorum }\n  - { name: empty, vhost: /, type: stream }\n"
                    + "exchanges: [{ name: used, vhost: / }]\n")
            for queue in types { try await world.publish(to: queue) }
            try await world.publish(to: "inside", vhost: "full")
            try await bind(world, "used", to: "amq.fanout")

            let report = try await world.apply(Self.prune + Self.kept)
            let failed = report.actions.filter { $0.outcome != .succeeded }.map {
                ("\($0.action.resource)", $0.outcome.message ?? "")
            }
            let holds = "it holds messages and is not deleted"
            #expect(
                Dictionary(failed, uniquingKeysWith: { $0 + $1 }) == [
                    "queue //classic": holds, "queue //quorum": holds, "queue //stream": holds,
                    "queue full/inside": holds,
                    "vhost full": holds,
                    "exchange //used": "something that Warren did not create is bound to it, so that it is not deleted",
                ])
            #expect(
                report.actions.filter { $0.outcome == .succeeded }.map { "\($0.action.resource)" } == ["queue //empty"])
            #expect(report.processes <= 6)
            #expect(report.final.plan.stalled == [])
            #expect(report.final.plan.steps == [])
            #expect(Set(report.final.plan.guards.values) == ["holds-no-messages", "not-in-use"])
            #expect(report.result == .drifted)
            #expect(report.sentence.contains(holds))
            #expect(try world.store.blocked().count == 6)
            #expect(try await world.broker.queues().count == 3)

            try await world.broker.eval(
                """
                [begin {ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(V, queue, N)), {ok, _} = rabbit_amqqueue:purge(Q) end
                 || {V, N} <- [{<<"/">>, <<"classic">>}, {<<"/">>, <<"quorum">>}, {<<"full">>, <<"inside">>}]],
                [B] = rabbit_binding:list_for_source(rabbit_misc:r(<<"/">>, exchange, <<"used">>)),
                ok = rabbit_binding:remove(B, <<"hand">>).
                """)
            let emptied = try await world.apply(Self.prune + Self.kept)
            #expect(emptied.final.plan.told == ["queue //stream": "unexpected"])
            #expect(try await world.broker.vhosts() == ["/"])
            #expect(try await world.broker.queues().compactMap { $0["name"]?.string } == ["stream"])
            try await world.broker.reset()
        }

        private func bind(_ world: Converger, _ source: String, to target: String) async throws {
            try await world.broker.eval(
                """
                R = fun(N) -> rabbit_misc:r(<<"/">>, exchange, N) end,
                ok = rabbit_binding:add({binding, R(<<"\(source)">>), <<>>, R(<<"\(target)">>), []}, <<"hand">>).
                """)
        }

        @Test(arguments: TestBroker.Version.allCases)
        func fiveHundredPoliciesAreDeletedAtOnceAndNotBeyondTheLimit(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            let many = (1...500).map {
                "  - { name: p\($0), vhost: /, pattern: x, definition: { max-length: \($0) } }\n"
            }
            try await world.converge("policies:\n" + many.joined())
            let limited = Self.prune.replacing("maxDeletions: 100", with: "maxDeletions: 499")
            let blocked = try await world.apply(limited + Self.kept)
            #expect(blocked.actions.map(\.action.verb) == [.create])
            #expect(Set(blocked.final.plan.guards.values) == ["max-deletions"])
            #expect(try await world.broker.policies().count == 501)
            let emptied = try await world.apply(Self.prune + "policies: []")
            #expect(Set(emptied.final.plan.guards.values) == ["empty-manifest"])

            let report = try await world.converge(
                Self.prune.replacing("maxDeletions: 100", with: "maxDeletions: 500") + Self.kept)
            #expect(report.actions.count == 500)
            #expect(report.processes <= 6)
            #expect(try await world.broker.policies().compactMap { $0["name"]?.string } == ["kept"])
            try await world.broker.reset()
        }
    }
}
