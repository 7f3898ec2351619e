import AgentRuntime
import ClusterModel
import HostAccess
import TestSupport
import Testing

extension RealBrokers {
    /// Federation links and shovels: seen, named, started anew within a budget, and left alone when they are done.
    @Suite struct Links {
        private static func spec(_ rest: String, destination: String) -> String {
            """
            broker: { plugins: [rabbitmq_shovel, rabbitmq_federation] }
            vhosts: [{ name: orders }]
            users:
              - name: mover
                password: { fromFile: mover }
                permissions: [{ vhost: orders, configure: ".*", write: ".*", read: ".*" }]
            queues: [{ name: from, vhost: orders }, { name: to, vhost: orders }]
            # Shovels
            shovels:
              - { name: move, vhost: orders, sourceUri: "amqp:///orders", destinationUri: \(destination),
                  definition: { src-queue: from, dest-queue: to\(rest) } }
            """
        }

        private func world(_ version: TestBroker.Version) async throws -> Converger {
            let world = try await Converger(version)
            try world.scratch.write("mover-password-1", to: "mover")
            return world
        }

        private func uri(_ world: Converger, password: String) throws {
            try world.scratch.write("amqp://mover:\(password)@127.0.0.1:\(world.broker.amqpPort)/orders", to: "uri")
        }

        @Test(arguments: TestBroker.Version.allCases)
        func aShovelThatRunsIsHealthyAndMovesMessages(_ version: TestBroker.Version) async throws {
            let world = try await world(version)
            try uri(world, password: "mover-password-1")
            let spec = Self.spec("", destination: "{ fromFile: uri }")
            try await world.converge(spec)
            try await world.waitForLinks(spec, .true)
            for _ in 1...5 { try await world.publish(to: "from", vhost: "orders") }
            try await world.wait("5 messages are in the queue to") { try await world.messages("to", "orders") == 5 }
            #expect(try await world.messages("from", "orders") == 0)
        }

        @Test(arguments: TestBroker.Version.allCases)
        func oneThatDoesNotComeUpIsDriftAndIsStartedAnewThreeTimesAnHour(_ version: TestBroker.Version) async throws {
            var world = try await world(version)
            let spec = Self.spec("", destination: #""amqp://mover:geheimes@127.0.0.1:1/orders""#)
            try await world.converge(spec)
            let look = try await world.look(spec)
            #expect(look.plan.told == [:], "it has time to come up by itself")
            let waiting = try #require(look.conditions.first { $0.name == .linksRunning })
            #expect(waiting.status == .false && !waiting.message.contains("geheimes"))
            // Between two of the broker's own attempts no node runs it for a moment.
            #expect(waiting.message.contains(/^link orders\/shovel\/move is (starting|down) since 20/))

            var restarts = 0
            for round in 1...5 {
                world.ahead = Double(round) * 100
                let report = try await world.apply(spec)
                #expect(report.final.plan.told == ["link orders/shovel/move": "state error"])
                restarts += report.actions.count
                #expect(report.actions.allSatisfy { $0.outcome == .succeeded }, "\(report.actions)")
                let expected = round <= 3 ? "settling" : "budget"
                #expect(report.final.plan.guards == ["link orders/shovel/move": expected])
                #expect(!"\(report.final.plan.drift)".contains("geheimes"))
            }
            #expect(restarts == 3)
        }

        @Test(arguments: TestBroker.Version.allCases)
        func oneThatTheBrokerGaveUpIsStartedAnewAndMovesMessages(_ version: TestBroker.Version) async throws {
            var world = try await world(version)
            try uri(world, password: "mover-password-1")
            let spec = Self.spec(", reconnect-delay: 0", destination: "{ fromFile: uri }")
            try await world.converge(spec)
            try await world.waitForLinks(spec, .true)
            // It ends for good with its connection, as it has no delay after which it would try again.
            try await world.publish(to: "from", vhost: "orders")
            try await world.broker.eval(
                """
                [gen_server:call(P, {shutdown, "closed by hand"}) || P <- rabbit_networking:connections(),
                  [{user, <<"mover">>}] =:= rabbit_networking:connection_info(P, [user])], io:format("closed~n").
                """)
            try await world.waitForLinks(spec, .false)
            world.ahead = 31
            let report = try await world.apply(spec)
            #expect(report.actions.map { "\($0.action.resource)" } == ["link orders/shovel/move"])
            #expect(report.actions.allSatisfy { $0.outcome == .succeeded }, "\(report.actions)")
            try await world.waitForLinks(spec, .true)
            try await world.publish(to: "from", vhost: "orders")
            try await world.wait("it moves messages") { try await world.messages("to", "orders") == 2 }
        }

        @Test(arguments: TestBroker.Version.allCases)
        func shovelsWhosePluginEndedRunAgain(_ version: TestBroker.Version) async throws {
            var world = try await world(version)
            try uri(world, password: "mover-password-1")
            let spec = Self.spec("", destination: "{ fromFile: uri }")
            try await world.converge(spec)
            try await world.waitForLinks(spec, .true)
            try await world.broker.eval("ok = application:stop(rabbitmq_shovel), io:format(\"stopped~n\").")
            let gone = try await world.waitForLinks(spec, .false, reason: "Down")
            #expect(gone.message.contains("no node of the cluster runs it"))
            world.ahead = 31
            let report = try await world.apply(spec)
            #expect(report.actions.map { "\($0.action.resource)" } == ["link orders/shovel/move"])
            try await world.waitForLinks(spec, .true)
            try await world.publish(to: "from", vhost: "orders")
            try await world.wait("it moves messages") { try await world.messages("to", "orders") == 1 }
        }

        @Test(arguments: TestBroker.Version.allCases)
        func onesThatAreDoneAreNotMadeAgain(_ version: TestBroker.Version) async throws {
            let world = try await world(version)
            try uri(world, password: "mover-password-1")
            let queues = String(Self.spec("", destination: "amqp://").prefix { $0 != "S" })
            try await world.converge(queues)
            for _ in 1...3 { try await world.publish(to: "from", vhost: "orders") }
            let spec = Self.spec(", src-delete-after: queue-length", destination: "{ fromFile: uri }")
            try await world.converge(spec)
            try await world.wait("the shovel is gone") { try await world.broker.parameters(vhost: "orders").isEmpty }
            try await world.wait("all were moved") { try await world.messages("to", "orders") == 3 }

            try await world.publish(to: "from", vhost: "orders")
            try await world.expectNothingIsWritten(spec)
            #expect(try await world.links(spec).status == .true)
            #expect(try await world.messages("from", "orders") == 1, "it is not begun again")

            let other = Self.spec(", src-delete-after: 1", destination: "{ fromFile: uri }")
            try await world.apply(other)
            try await world.wait("another errand is begun") { try await world.messages("to", "orders") == 4 }
            try await world.wait("it is gone too") { try await world.broker.parameters(vhost: "orders").isEmpty }
            try await world.expectNothingIsWritten(other)
        }

        private static let federation = """
            broker: { plugins: [rabbitmq_shovel, rabbitmq_federation] }
            vhosts: [{ name: orders }, { name: orders-copy }]
            users:
              - name: mover
                password: { fromFile: mover }
                permissions: [{ vhost: orders, configure: ".*", write: ".*", read: ".*" }]
            exchanges:
              - { name: events, vhost: orders, type: fanout }
              - { name: events, vhost: orders-copy, type: fanout }
            queues: [{ name: copies, vhost: orders-copy }]
            bindings: [{ vhost: orders-copy, source: events, destination: copies }]
            policies:
              - { name: federate, vhost: orders-copy, pattern: ^events$, applyTo: exchanges,
                  definition: { federation-upstream: other } }
            federation:
              upstreams: [{ name: other, vhost: orders-copy, uri: { fromFile: uri }, definition: { reconnect-delay: 1 } }]
            """

        @Test(arguments: TestBroker.Version.allCases)
        func aFederationLinkThatNoNodeReportsIsSeenAndStarted(_ version: TestBroker.Version) async throws {
            var world = try await world(version)
            try uri(world, password: "mover-password-1")
            let spec = Self.federation
            try await world.converge(spec)
            let up = try await world.waitForLinks(spec, .true)
            #expect(up.message == "the one link runs", "neither another exchange nor the plugin's own queue owes one")
            for how in [
                "ok = supervisor:terminate_child(rabbit_sup, rabbit_federation_sup)",
                "ok = supervisor:terminate_child(rabbit_federation_sup, x_links)",
                """
                S = rabbit_federation_exchange_link_sup_sup,
                [begin ok = mirrored_supervisor:terminate_child(S, Id), ok = mirrored_supervisor:delete_child(S, Id) end
                  || {Id, _, _, _} <- mirrored_supervisor:which_children(S)]
                """,
            ] {
                try await world.broker.eval("\(how), io:format(\"ended~n\").")
                let gone = try await world.waitForLinks(spec, .false, reason: "Down")
                #expect(gone.message.contains("link orders-copy/exchange/events/other"))
                #expect(gone.message.contains("no node of the cluster runs it"))
                world.ahead += 31
                let report = try await world.apply(spec)
                #expect(report.actions.map { "\($0.action.resource)" } == ["link orders-copy/exchange/events/other"])
                #expect(report.actions.allSatisfy { $0.outcome == .succeeded }, "\(report.actions)")
                try await world.waitForLinks(spec, .true)
                world.ahead += 100
            }
        }

        @Test(arguments: TestBroker.Version.allCases)
        func aRotatedPasswordIsAppliedAndShowsNowhere(_ version: TestBroker.Version) async throws {
            let world = try await world(version)
            let spec = Self.federation
            try uri(world, password: "not-the-password")
            try await world.converge(spec)
            let down = try await world.waitForLinks(spec, .false, reason: "Down")
            #expect(down.message.contains("link orders-copy/exchange/events/other is down since"))
            #expect(!down.message.contains("not-the-password"))

            try world.scratch.write("mover-password-2", to: "mover")
            try uri(world, password: "mover-password-2")
            let report = try await world.converge(spec)
            #expect(
                report.actions.map { "\($0.action.resource)" } == ["user mover", "upstream orders-copy/other"])
            let up = try await world.waitForLinks(spec, .true)
            #expect(up.reason == "AllRunning")
            let stored = try await world.everythingRemembered()
            #expect(!stored.contains("mover-password-2") && !stored.contains("not-the-password"))
        }
    }
}

extension Converger {
    /// The condition `LinksRunning` as one look at the broker gives it.
    func links(_ spec: String) async throws -> Condition {
        try #require(try await look(spec).conditions.first { $0.name == .linksRunning })
    }

    @discardableResult
    func waitForLinks(_ spec: String, _ status: Condition.Status, reason: String? = nil) async throws -> Condition {
        var last: Condition?
        try await wait("the links are \(status)") {
            last = try await links(spec)
            return last?.status == status && (reason == nil || last?.reason == reason)
        }
        return try #require(last)
    }

    /// Looks again and again until it is so.
    func wait(_ what: String, for limit: Duration = .seconds(40), until isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while try await !isSo() {
            guard ContinuousClock.now < end else { throw TestFailure("not within \(limit): \(what)") }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    func messages(_ queue: String, _ vhost: String) async throws -> Int? {
        try await broker.list("list_queues", "-p", vhost, "name", "messages")
            .first { $0["name"]?.string == queue }?["messages"]?.integer
    }
}
