import ClusterModel
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// Messages that go from one site to another, through every pattern of manifests/two-sites, counted and compared.
    @Suite(.serialized) struct BetweenSites {
        @Test("messages reach a site of another release by every pattern, and again after each failure of the links")
        func links() async throws {
            try await Self.with(west: .thirteen) { sites in
                try await cut(sites)
                try await rotated(sites)
                try await deadBroker(sites)
            }
        }

        @Test("messages reach a site of the same release by every pattern, and again after failures of hosts", .long)
        func hosts() async throws { try await Self.with(west: .twelve) { try await hostsOfEast($0) } }

        /// Messages go by every pattern before the failures that `body` makes.
        private static func with(
            west release: DebianRelease, _ body: (TwoSites) async throws -> Void
        ) async throws {
            try await SharedHosts.down()
            let sites = try await TwoSites.up(west: release)
            do {
                try await sites.awaitConverged()
                try await everyPattern(sites)
                try await body(sites)
                await sites.down()
            } catch {
                await sites.down()
                throw error
            }
        }

        private static func everyPattern(_ sites: TwoSites) async throws {
            let (east, west) = (sites.east, sites.west)
            let whole = TwoSites.Received(distinct: 100, repeated: 0, others: 0)
            try await sites.publish(100, named: "price", to: "prices", at: east)
            #expect(try await sites.consume(100, named: "price", from: "prices", at: west) == whole)

            // Seen at both sites, once each: nothing goes round.
            for (name, site) in [("from-east", east), ("from-west", west)] {
                try await sites.publish(100, named: name, to: "events", key: "a.b", at: site)
                for reader in [west, east] {
                    #expect(try await sites.consume(100, named: name, from: "events", at: reader) == whole)
                }
            }

            try await sites.publish(100, named: "work", to: "", key: "work", at: east)
            #expect(try await sites.consume(100, named: "work", from: "work", at: west) == whole)

            for exchange in ["news", "alerts"] {
                try await sites.publish(100, named: exchange, to: exchange, at: east)
                #expect(try await sites.consume(100, named: exchange, from: "all-news", at: west) == whole)
            }

            for queue in ["done", "audit", "ledger"] {
                try await sites.publish(100, named: queue, to: "", key: queue, at: east)
                let vhost = queue == "ledger" ? "/" : nil
                #expect(try await sites.consume(100, named: queue, from: queue, at: west, vhost: vhost) == whole)
            }

            // 1000 stay, and what was first goes to the other site.
            try await sites.publish(1100, named: "intake", to: "", key: "intake", at: east)
            #expect(try await sites.consume(100, named: "intake", from: "intake", at: west) == whole)
            // A quorum queue counts its messages every few seconds.
            try await east.waitUntil("1000 messages stay in intake") {
                let kept = try await east.output(
                    "mq1", "rabbitmqctl", "-q", "list_queues", "-p", "orders", "name", "messages")
                return kept.split(separator: "\n").contains("intake\t1000")
            }
        }

        private func cut(_ sites: TwoSites) async throws {
            let laboratory = sites.west.laboratory
            try await laboratory.cut([sites.east.name.description], in: sites.west.name)
            try await sites.awaitLinks(.false, on: "west1", naming: "link shop/exchange/prices/east is ")
            let told = try #require(try await sites.condition(.linksRunning, on: "west1"))
            #expect(told.message?.contains(" since 20") == true)
            #expect(told.message?.contains("rehearsal-from-west") == false)
            try await sites.awaitLinks(.false, on: "mq1")
            try await sites.publish(100, named: "cut", to: "prices", at: sites.east)
            try await sites.publish(100, named: "cut", to: "", key: "done", at: sites.east)
            try await laboratory.mend(in: sites.west.name)
            try await sites.awaitConverged()
            for queue in ["prices", "done"] { try await expectAll("cut", from: queue, sites) }
        }

        private func rotated(_ sites: TwoSites) async throws {
            let agents = try await processes(sites)
            let new = "rotated-4c1e90"
            for host in TwoSites.brokers { try await write(new, "from-west", on: host, sites.east) }
            try await sites.east.waitUntil("east takes the new password", within: .seconds(60)) {
                try await sites.east.exec("mq1", ["rabbitmqctl", "authenticate_user", "from-west"], input: new + "\n")
                    .status.isSuccess
            }
            for (name, address) in [("east.uri", TwoSites.vip), ("east-direct.uri", "10.77.0.11")] {
                let uri = "amqp://from-west:\(new)@\(address):5672/orders?heartbeat=5&connection_timeout=5000"
                try await write(uri, name, on: "west1", sites.west)
            }
            try await sites.west.waitUntil("west has the new password", within: .seconds(60)) {
                try await sites.west.output(
                    "west1", "rabbitmqctl", "eval",
                    "string:find(rabbit_json:encode([maps:from_list([{uri, proplists:get_value(<<\"uri\">>, V)}]) "
                        + "|| P <- rabbit_runtime_parameters:list(<<\"shop\">>, <<\"federation-upstream\">>), "
                        + "V <- [case proplists:get_value(value, P) of M when is_map(M) -> maps:to_list(M); L -> L end]]),"
                        + " <<\"\(new)\">>) =/= nomatch."
                ).contains("true")
            }
            try await sites.awaitConverged()
            try await sites.publish(100, named: "rotated", to: "prices", at: sites.east)
            try await expectAll("rotated", from: "prices", sites)
            #expect(try await processes(sites) == agents, "no agent was started anew")
        }

        private func hostsOfEast(_ sites: TwoSites) async throws {
            let laboratory = sites.east.laboratory
            #expect(try await sites.holders() == ["lb1"])
            try await laboratory.powerOff(["lb1"], in: sites.east.name)
            try await sites.east.waitUntil("lb2 has the address") { try await sites.holders() == ["lb2"] }
            try await sites.publish(100, named: "moved", to: "prices", at: sites.east)
            try await expectAll("moved", from: "prices", sites)
            try await laboratory.powerOn(["lb1"], in: sites.east.name)

            // The first broker leads, and may have all shovels.
            try await laboratory.powerOff(["mq1"], in: sites.east.name)
            try await sites.publish(100, named: "dead", to: "prices", at: sites.east)
            try await sites.publish(100, named: "dead", to: "", key: "done", at: sites.east)
            // RabbitMQ counts a silent member out after a minute; on 3.10 its shovels are then Warren's to start anew.
            try await sites.awaitLinks(.true, on: "mq2", within: .seconds(240))
            for queue in ["prices", "done"] { try await expectAll("dead", from: queue, sites) }
            try await laboratory.powerOn(["mq1"], in: sites.east.name)
            try await sites.awaitConverged()
        }

        private func deadBroker(_ sites: TwoSites) async throws {
            try await sites.west.laboratory.kill("rabbitmq", on: "west1", in: sites.west.name)
            try await sites.publish(100, named: "killed", to: "prices", at: sites.east)
            try await sites.publish(100, named: "killed", to: "", key: "done", at: sites.east)
            try await sites.awaitConverged()
            for queue in ["prices", "done"] { try await expectAll("killed", from: queue, sites) }
        }

        /// None is lost; some may come twice where a link broke.
        private func expectAll(_ name: String, from queue: String, _ sites: TwoSites) async throws {
            let received = try await sites.consume(100, named: name, from: queue, at: sites.west)
            #expect(received.distinct == 100, "\(queue): \(received)")
            print("Sites: \(name) through \(queue): \(received)")
        }

        private func write(_ secret: String, _ name: String, on host: String, _ lab: TestLab) async throws {
            let path = "/etc/warren/secrets/" + name
            let run = try await lab.exec(host, ["/usr/bin/tee", path], input: secret + "\n")
            #expect(run.status.isSuccess)
        }

        private func processes(_ sites: TwoSites) async throws -> [String] {
            var all: [String] = []
            let show = ["systemctl", "show", "--property=MainPID", "warren"]
            for host in TwoSites.brokers { all.append(try await sites.east.exec(host, show).output) }
            return all + [try await sites.west.exec("west1", show).output]
        }
    }
}
