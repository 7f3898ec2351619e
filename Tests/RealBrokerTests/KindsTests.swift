import AgentRuntime
import ClusterModel
import HostAccess
import Planning
import Providers
import TestSupport
import Testing

extension RealBrokers {
    /// Every kind of resource: created, changed by hand, deleted by hand, repaired.
    @Suite struct Kinds {
        @Test(arguments: TestBroker.Version.allCases)
        func everyKindIsCreatedAndRepaired(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            try await world.registerTestComponent()
            let secret = try world.scratch.write("pa55-app\n", to: "app", mode: 0o600)
            let spec = Self.spec(secret: secret)

            try await world.converge(spec)
            #expect(try await world.plan(spec).steps == [])
            try await world.expectNothingIsWritten(spec)
            try await expectTheBrokerSaysSo(world)
            let rehashed: Set<String> = ["app", "hashed", "nobody"]
            let complete = try await world.everything(looselyOn: rehashed)

            try await changeByHand(world)
            let changed = try await world.plan(spec)
            #expect(changed.told == Self.changed(version))
            #expect(changed.guards == [:])
            try await world.expectTheSameElsewhere(spec, as: changed, secret: ["passwordHash"])
            try await world.converge(spec)
            let repaired = difference(try await world.everything(looselyOn: rehashed), complete)
            // Limits that are lifted leave an empty parameter.
            #expect(repaired.filter { !$0.contains(#""vhost-limits","name":"limits","value":[]"#) } == [])
            #expect(await world.takes("pa55-app", of: "app"))
            #expect(try await world.hash(of: "hashed") == Self.hash)
            #expect(try await world.hash(of: "nobody") == "")

            try await deleteByHand(world)
            let deleted = try await world.plan(spec)
            #expect(deleted.told == Self.deleted)
            try await world.expectTheSameElsewhere(spec, as: deleted)
            try await world.converge(spec)
            let again = difference(try await world.everything(looselyOn: rehashed), complete)
            #expect(again == [])
            try await expectTheBrokerSaysSo(world)
            try await world.expectNothingIsWritten(spec)
            try await broker(world, hasPlugins: ["rabbitmq_federation", "rabbitmq_shovel"])
            try await world.broker.reset()
        }

        /// The salted hash of `pa55-hashed`.
        static let hash = "AQIDBODCroX+nXDyMA8YNY98SbP1A/p95SQbk1g2zTJYSPf2"

        static func spec(secret: String) -> String {
            """
            broker: { plugins: [rabbitmq_shovel, rabbitmq_federation] }
            vhosts:
              - { name: orders, description: "Bestellungen für alle", tags: [b, a], limits: { max-connections: 100, max-queues: 50 } }
              - { name: typed, defaultQueueType: quorum }
              - { name: plain }
              - { name: / }
            users:
              - name: app
                password: { fromFile: \(secret) }
                tags: [policymaker, monitoring]
                limits: { max-connections: 5, max-channels: 10 }
                permissions: [{ vhost: orders, configure: '^app\\.', write: '.*', read: '.*' }, { vhost: plain }]
                topicPermissions: [{ vhost: orders, exchange: amq.topic, write: '^app\\.', read: '.*' }]
              - { name: hashed, passwordHash: \(hash) }
              - { name: nobody }
            policies:
              - { name: all, vhost: orders, pattern: '^', applyTo: queues, priority: 3, definition: { max-length: 10, dead-letter-exchange: amq.fanout } }
              - { name: short, vhost: /, pattern: '^x', definition: { expires: 100000 } }
              - { name: federate, vhost: orders, pattern: '^from\\.', applyTo: exchanges, definition: { federation-upstream-set: europe } }
            operatorPolicies:
              - { name: limits, vhost: orders, pattern: '^', applyTo: queues, priority: 1, definition: { message-ttl: 100000 } }
              - { name: short, vhost: orders, pattern: '^x', definition: { expires: 100000 } }
            federation:
              upstreams:
                - { name: berlin, vhost: orders, uri: 'amqp://app:pa55-berlin@127.0.0.1:1', definition: { ack-mode: on-publish, max-hops: 2 } }
                - { name: many, vhost: orders, uri: ['amqp://127.0.0.1:1', 'amqp://127.0.0.1:2'] }
              upstreamSets:
                - { name: europe, vhost: orders, upstreams: [{ upstream: berlin, exchange: orders }, { upstream: many }] }
            # They lead nowhere.
            ignore: [{ resource: link * }]
            shovels:
              - name: overflow
                vhost: orders
                sourceUri: ['amqp://127.0.0.1:1', 'amqp://127.0.0.1:2']
                destinationUri: amqp://127.0.0.1:1
                definition: { src-queue: overflow, dest-queue: orders, ack-mode: no-ack }
            parameters:
              - { component: warren-test, name: nested, vhost: orders, value: { list: [1, 2.5, 'für', true], object: { a: { b: {} } } } }
              - { component: warren-test, name: number, vhost: /, value: 7 }
            globalParameters:
              - { name: nested, value: { region: { name: Kraków, zones: [1, [2, 3]] }, empty: {}, none: [] } }
              - { name: list, value: [1, 2.5, -3, 1.0e+20, text, true] }
              - { name: empty, value: {} }
              - { name: text, value: 'zażółć 🐰' }
              - { name: float, value: 0.1 }
              - { name: large, value: 9007199254740993 }
              - { name: no, value: false }
            exchanges:
              - { name: orders, vhost: orders, type: topic, arguments: { alternate-exchange: amq.fanout } }
              - { name: passing, vhost: orders, type: headers, autoDelete: false }
              - { name: plain, vhost: orders }
            queues:
              - { name: classic, vhost: orders, type: classic, arguments: { x-max-priority: 5, x-message-ttl: 60000 } }
              - { name: quorum, vhost: orders, type: quorum, arguments: { x-delivery-limit: 3 } }
              - { name: stream, vhost: orders, type: stream, arguments: { x-max-age: 7D } }
              - { name: plain, vhost: orders }
              - { name: typed, vhost: typed }
            bindings:
              - { vhost: orders, source: orders, destination: classic, routingKey: 'a.#' }
              - { vhost: orders, source: orders, destination: classic, routingKey: 'a.#', arguments: { n: 1, empty: {} } }
              - { vhost: orders, source: passing, destination: quorum, arguments: { x-match: all, n: 1, f: 2.5, list: [x, 1], t: true } }
              - { vhost: orders, source: orders, destination: plain, destinationType: exchange, routingKey: b }
              - { vhost: orders, source: amq.topic, destination: stream }
            """
        }

        private func changeByHand(_ world: Converger) async throws {
            let broker = world.broker
            try await broker.tool("rabbitmq-plugins", ["enable", "rabbitmq_event_exchange"])
            if world.version == .v3 {
                try await broker.ctl("set_vhost_tags", "orders", "x")
            } else {
                try await broker.ctl(
                    "update_vhost_metadata", "orders", "--description", "other", "--tags", "x")
                try await broker.ctl("update_vhost_metadata", "typed", "--default-queue-type", "stream")
            }
            try await broker.ctl("set_vhost_limits", "-p", "orders", #"{"max-queues":40}"#)
            try await broker.ctl("set_vhost_limits", "-p", "plain", #"{"max-queues":40}"#)
            try await broker.ctl("change_password", "app", "other")
            try await broker.ctl("set_user_tags", "app", "management")
            try await broker.ctl("set_user_limits", "app", #"{"max-channels":3}"#)
            try await broker.ctl("clear_password", "hashed")
            try await broker.ctl("set_user_limits", "hashed", #"{"max-channels":3,"max-connections":4}"#)
            try await broker.ctl("change_password", "nobody", "other")
            try await broker.ctl("set_permissions", "-p", "orders", "app", "", "", ".*")
            try await broker.ctl("set_topic_permissions", "-p", "orders", "app", "amq.topic", "", ".*")
            try await broker.ctl("set_policy", "-p", "orders", "all", "^$", #"{"max-length":11}"#)
            try await broker.ctl(
                "set_operator_policy", "-p", "orders", "--priority", "2", "limits", "^x", #"{"message-ttl":7}"#)
            try await broker.ctl(
                "set_parameter", "-p", "orders", "federation-upstream", "berlin",
                #"{"uri":"amqp://127.0.0.1:3","max-hops":2}"#)
            try await broker.ctl(
                "set_parameter", "-p", "orders", "federation-upstream-set", "europe", #"[{"upstream":"many"}]"#)
            try await broker.ctl(
                "set_parameter", "-p", "orders", "shovel", "overflow",
                #"{"src-uri":"amqp://127.0.0.1:1","dest-uri":"amqp://127.0.0.1:1","src-queue":"other","dest-queue":"orders"}"#
            )
            try await broker.tool("rabbitmq-plugins", ["disable", "rabbitmq_shovel"])
            try await broker.ctl(
                "set_parameter", "-p", "orders", "warren-test", "nested", #"{"list":[1,2.5,"für",true]}"#)
            try await broker.ctl("set_global_parameter", "nested", #"{"region":{"name":"Krakow"},"empty":{}}"#)
            try await broker.ctl("set_global_parameter", "list", "[]")
        }

        private static func changed(_ version: TestBroker.Version) -> [String: String] {
            let both = [
                "plugins enabled": "enabled",
                "vhost orders": version == .v3 ? "tags limits" : "description tags limits",
                "vhost plain": "limits", "user app": "passwordHash tags limits", "user hashed": "passwordHash limits",
                "user nobody": "passwordHash", "permission orders/app": "configure write",
                "topic-permission orders/app/amq.topic": "write",
                "policy orders/all": "pattern applyTo priority definition",
                "operator-policy orders/limits": "pattern applyTo priority definition",
                "upstream orders/berlin": "uri definition", "upstream-set orders/europe": "upstreams",
                "shovel orders/overflow": "sourceUri definition", "parameter orders/warren-test/nested": "value",
                "global-parameter nested": "value", "global-parameter list": "value",
            ]
            return version == .v3 ? both : both.merging(["vhost typed": "defaultQueueType"]) { $1 }
        }

        private func deleteByHand(_ world: Converger) async throws {
            let broker = world.broker
            try await broker.ctl("delete_user", "hashed")
            try await broker.ctl("delete_vhost", "plain")
            try await broker.ctl("clear_policy", "-p", "orders", "all")
            try await broker.ctl("clear_parameter", "-p", "orders", "shovel", "overflow")
            // The same as the tools do, without a process for each.
            try await broker.eval(
                """
                {V, Hand} = {<<"orders">>, <<"hand">>},
                R = fun(Type, Name) -> rabbit_misc:r(V, Type, Name) end,
                ok = rabbit_auth_backend_internal:clear_permissions(<<"app">>, V, Hand),
                ok = rabbit_auth_backend_internal:clear_topic_permissions(<<"app">>, V, Hand),
                rabbit_auth_backend_internal:clear_user_limits(<<"app">>, <<"all">>, Hand),
                ok = rabbit_vhost_limit:clear(V, Hand),
                ok = rabbit_policy:delete_op(V, <<"limits">>, Hand),
                [ok = rabbit_runtime_parameters:clear(V, C, N, Hand) || {C, N} <- [{<<"federation-upstream">>, <<"berlin">>},
                  {<<"federation-upstream-set">>, <<"europe">>}, {<<"warren-test">>, <<"nested">>}]],
                ok = rabbit_runtime_parameters:clear_global(nested, Hand),
                [begin {ok, Q} = rabbit_amqqueue:lookup(R(queue, N)), {ok, _} = rabbit_amqqueue:delete(Q, false, false, Hand)
                 end || N <- [<<"quorum">>, <<"plain">>]],
                ok = rabbit_exchange:delete(R(exchange, <<"passing">>), false, Hand),
                [B] = rabbit_binding:list_for_source_and_destination(R(exchange, <<"orders">>), R(exchange, <<"plain">>)),
                ok = rabbit_binding:remove(B, Hand),
                io:format("deleted~n").
                """)
        }

        private static let deleted = [
            "user hashed": "missing", "permission orders/app": "missing", "permission plain/app": "missing",
            "topic-permission orders/app/amq.topic": "missing", "policy orders/all": "missing",
            "operator-policy orders/limits": "missing", "upstream orders/berlin": "missing",
            "upstream-set orders/europe": "missing", "shovel orders/overflow": "missing",
            "parameter orders/warren-test/nested": "missing", "vhost orders": "limits", "user app": "limits",
            "global-parameter nested": "missing", "vhost plain": "missing",
            "queue orders/quorum": "missing", "queue orders/plain": "missing", "exchange orders/passing": "missing",
            #"binding orders/passing/queue/quorum//{"f":2.5,"list":["x",1],"n":1,"t":true,"x-match":"all"}"#: "missing",
            "binding orders/orders/exchange/plain/b": "missing",
        ]

        /// What the broker's own listings say, past Warren's reader.
        private func expectTheBrokerSaysSo(_ world: Converger) async throws {
            let broker = world.broker
            let policies = try await broker.policies(vhost: "orders")
            let all = try #require(policies.first { $0["name"] == "all" })
            #expect(all["pattern"] == "^")
            #expect(all["apply-to"] == "queues")
            #expect(all["priority"] == 3)
            #expect(all["definition"]?.string.map(json) == ["max-length": 10, "dead-letter-exchange": "amq.fanout"])
            let parameters = try await broker.parameters(vhost: "orders")
            let shovel = parameters.first { $0["component"] == "shovel" }?["value"]?.string.map(json)
            #expect(shovel??["src-uri"] == ["amqp://127.0.0.1:1", "amqp://127.0.0.1:2"])
            #expect(shovel??["ack-mode"] == "no-ack")
            let users = try await broker.users()
            #expect(users.first { $0["user"] == "app" }?["tags"]?.array?.count == 2)
            #expect(await world.takes("pa55-app", of: "app"))
            let topics = try await broker.list("list_topic_permissions", "-p", "orders")
            #expect(topics.first?["write"] == #"^app\."#)
            let globals = try await broker.globalParameters()
            #expect(globals.first { $0["name"] == "text" }?["value"]?.string.map(json) == .some("zażółć 🐰"))
            #expect(globals.first { $0["name"] == "large" }?["value"] == "9007199254740993")
            let queues = try await broker.list("list_queues", "-p", "typed", "name", "type")
            #expect(queues.first?["type"] == "quorum")
            let vhosts = try await broker.list("list_vhosts", "name", "description", "tags")
            let orders = try #require(vhosts.first { $0["name"] == "orders" })
            #expect(orders["description"] == "Bestellungen für alle")
            #expect(orders["tags"]?.array?.count == 2)
            #expect(vhosts.first { $0["name"] == "/" }?["description"] == "Default virtual host")
        }

        private func json(_ text: String) -> JSONValue? { try? JSONValue(parsing: Array(text.utf8)) }

        private func broker(_ world: Converger, hasPlugins names: [String]) async throws {
            let listed = try await world.broker.tool("rabbitmq-plugins", ["list", "-E", "-m", "-q"])
            #expect(listed.split(separator: "\n").map(String.init).sorted() == names)
        }
    }
}
