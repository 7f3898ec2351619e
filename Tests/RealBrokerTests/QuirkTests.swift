import AgentRuntime
import ClusterModel
import Planning
import TestSupport
import Testing

extension RealBrokers {
    /// Two spellings of one thing are no drift.
    @Suite struct Quirks {
        @Test(arguments: TestBroker.Version.allCases)
        func spellingsAndDefaultsAreNoDrift(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            let spec = """
                vhosts: [{ name: v, tags: [b, a], limits: { max-queues: 5 } }]
                users: [{ name: app, tags: [monitoring, policymaker] , limits: { max-channels: 5 } }]
                policies:
                  - { name: bare, vhost: v, pattern: x, definition: { max-length: 1, expires: 5 } }
                  - { name: full, vhost: v, pattern: x, priority: 0, applyTo: all, definition: { expires: 5, max-length: 1 } }
                operatorPolicies: [{ name: o, vhost: v, pattern: x, definition: { max-length: 1, expires: 5 } }]
                federation:
                  upstreams:
                    - { name: bare, vhost: v, uri: 'amqp://127.0.0.1:1' }
                    - { name: full, vhost: v, uri: ['amqp://127.0.0.1:1'], definition: { ack-mode: on-confirm, max-hops: 1, prefetch-count: 1000 } }
                globalParameters:
                  - { name: one, value: 1.0 }
                  - { name: nested, value: { b: { c: 1, a: 2.0 }, a: [1, { z: 1, y: [] }] } }
                  - { name: pairs, value: { region: x } }
                  - { name: empty, value: {} }
                """
            // All of it by hand, in the other spelling.
            let broker = world.broker
            try await broker.ctl("set_cluster_name", "kinds")
            try await broker.ctl("add_vhost", "v", "--tags", "b,a")
            try await broker.ctl("set_vhost_limits", "-p", "v", #"{"max-queues":5}"#)
            try await broker.ctl("add_user", "app", "x")
            try await broker.ctl("clear_password", "app")
            try await broker.ctl("set_user_tags", "app", "policymaker", "monitoring")
            try await broker.ctl("set_user_limits", "app", #"{"max-channels":5}"#)
            try await broker.ctl("set_policy", "-p", "v", "bare", "x", #"{"expires":5,"max-length":1}"#)
            try await broker.ctl("set_policy", "-p", "v", "full", "x", #"{"max-length":1,"expires":5}"#)
            try await broker.ctl("set_operator_policy", "-p", "v", "o", "x", #"{"expires":5,"max-length":1}"#)
            try await broker.ctl(
                "set_parameter", "-p", "v", "federation-upstream", "bare",
                #"{"uri":["amqp://127.0.0.1:1"],"ack-mode":"on-confirm","reconnect-delay":5,"trust-user-id":false}"#)
            try await broker.ctl(
                "set_parameter", "-p", "v", "federation-upstream", "full", #"{"uri":"amqp://127.0.0.1:1"}"#)
            try await broker.ctl("set_global_parameter", "one", "1")
            try await broker.ctl(
                "set_global_parameter", "nested", #"{"a":[1.0,{"y":[],"z":1}],"b":{"a":2,"c":1}}"#)
            try await broker.ctl("set_global_parameter", "pairs", #"[["region","x"]]"#)
            try await broker.ctl("set_global_parameter", "empty", "[]")
            #expect(try await world.plan(spec).told == [:])
            try await world.expectNothingIsWritten(spec)

            // What an import writes is the same again.
            try await broker.reset()
            try await world.converge(spec)
            try await world.expectNothingIsWritten(spec)
            try await broker.reset()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func nullIsReadTheSameWhicheverWayTheBrokerIsRead(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            let spec =
                "globalParameters: [{ name: n, value: { a: [null, 1], b: null } }, { name: nil, value: 1 }, { name: 'true', value: 2 }]"
            try await world.converge(spec)
            try await world.expectNothingIsWritten(spec)
            // This breaks the export of 3.10, so that Warren reads inside the broker.
            try await world.broker.ctl("set_parameter", "federation-upstream-set", "s", #"[{"upstream":"u"}]"#)
            #expect(try await world.plan(spec).told == [:])
            try await world.broker.reset()
        }
    }
}
