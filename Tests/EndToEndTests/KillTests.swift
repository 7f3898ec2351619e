import ClusterModel
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// The agent is killed with SIGKILL around every command of every repair that has several, and the repair ends all the
    /// same: nothing is lost, and nothing is done twice that hurts.
    @Suite(.serialized) struct Kills {
        static let queues = 5
        static let messages = 50

        @Test("a blank disk is replaced by agents that are killed around each of their commands")
        func blankDisk() async throws {
            let hosts = try await SharedHosts.converged()
            try await Self.fill(hosts)
            let wanted = [
                "mq1": ["before forget", "after forget", "before grow", "after grow"],
                "mq3": [
                    "before start rabbitmq-server", "after start rabbitmq-server", "before join", "after join",
                ],
            ]
            let journals = try await Self.lossless(hosts, "app.cut.blank", wanted) {
                try await Self.loseDisk(of: "mq3", hosts)
                try await hosts.lab.waitUntil("mq3 is forgotten", within: .seconds(120)) {
                    try await hosts.snapshot("mq1")?.node?.cluster?.members.contains("rabbit@mq3") == false
                }
                try await hosts.awaitConverged()
            }
            let (lead, blank) = (try #require(journals["mq1"]), try #require(journals["mq3"]))
            #expect(lead.successes(of: "forget") == 1)
            #expect(blank.successes(of: "join") <= 1)
            try await Self.checkQueues(hosts)
        }

        @Test("a host leaves and comes back by agents that are killed around each of their commands", .long)
        func removal() async throws {
            let hosts = try await SharedHosts.converged()
            try await Self.fill(hosts)
            let good = try await hosts.lab.output("mq1", "cat", HostManifest.path)
            let without = good.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.contains("name: mq3,") }.joined(separator: "\n")
            let wanted = [
                "mq1": ["before leave", "after leave"], "mq3": ["during join"],
                "lb1": ["before reload haproxy", "after reload haproxy"],
            ]
            let journals = try await Self.lossless(hosts, "app.cut.removal", wanted) {
                for host in FiveHosts.all { try await Manifests.write(without, on: host, hosts) }
                do { try await Removal.awaitGone(hosts) } catch {
                    for host in FiveHosts.all { try? await Manifests.write(good, on: host, hosts) }
                    throw error
                }
                for host in FiveHosts.all { try await Manifests.write(good, on: host, hosts) }
                try await Self.loseDisk(of: "mq3", hosts)
                try await hosts.lab.waitUntil("mq3 is a member again", within: .seconds(120)) {
                    try await hosts.snapshot("mq1")?.node?.cluster?.members.contains("rabbit@mq3") == true
                }
                try await hosts.awaitConverged()
            }
            #expect(journals["mq1"]?.successes(of: "leave") == 1)
            try await Self.checkQueues(hosts)
        }

        @Test("a split-off node rejoins by an agent that is killed before and after the command that makes it", .long)
        func rejoin() async throws {
            let hosts = try await SharedHosts.converged()
            try await Self.forgetHistory(of: "mq3", hosts)
            let wanted = ["mq3": ["before rejoin", "after rejoin"]]
            let journals = try await Self.lossless(hosts, "app.cut.split", wanted) {
                try await Healing.split("mq3", hosts)
                try await hosts.awaitConverged()
            }
            #expect(journals["mq3"]?.successes(of: "rejoin") == 1)
            // After three repairs within an hour a node is left to a person: these are not to count in other tests.
            try await Self.forgetHistory(of: "mq3", hosts)
            try await hosts.awaitConverged()
            #expect(try await Healing.leases(hosts).isEmpty)
        }

        @Test("all members restart by agents that are killed around each of their commands, one at a time", .long)
        func rollingRestart() async throws {
            let hosts = try await SharedHosts.converged()
            // As above, three times within an hour for the same files; a drained node is never left so.
            let wanted = [
                "mq1": [
                    "before restart lease", "after restart lease", "before restart is over", "after restart is over",
                ],
                "mq2": ["before drain", "after drain", "before stop rabbitmq-server", "after stop rabbitmq-server"],
                "mq3": ["before start rabbitmq-server", "after start rabbitmq-server"],
            ]
            _ = try await Self.lossless(hosts, "app.cut.roll", wanted) {
                try await RollingRestart.set("disk_free_limit.absolute: 700MB", hosts)
                try await hosts.lab.waitUntil("every member has the new limit", within: .seconds(300)) {
                    try await RollingRestart.areConverged(hosts, limit: "700MB")
                }
            }
            #expect(try await Healing.leases(hosts).isEmpty)
        }

        /// Publishes all the while, and checks that each cut happened, that the history tells of it, and that every
        /// confirmed message is there.
        private static func lossless(
            _ hosts: FiveHosts, _ queue: String, _ wanted: [String: [String]],
            while body: @escaping @Sendable () async throws -> Void
        ) async throws -> [String: Cuts.Journal] {
            let (clock, found) = (ContinuousClock(), Found())
            let begun = clock.now
            let report = try await Publisher.report(on: hosts, queue: queue) {
                await found.set(try await Cuts.on(hosts, wanted, while: body))
            }
            print(
                "\(queue): \(begun.duration(to: clock.now)), \(report.confirmed) confirmed, \(report.lost) lost, "
                    + "gaps \(report.gaps.prefix(3))")
            #expect(report.confirmed > 0 && report.lost == 0)
            let journals = await found.journals
            for (host, cuts) in wanted {
                let journal = try #require(journals[host])
                #expect(Set(journal.cuts) == Set(cuts), "\(host)")
                #expect(journal.missed.isEmpty, "\(host)")
                #expect(journal.interrupted >= journal.cuts.count, "\(host)")
            }
            return journals
        }

        private actor Found {
            private(set) var journals: [String: Cuts.Journal] = [:]
            func set(_ journals: [String: Cuts.Journal]) { self.journals = journals }
        }

        /// Its agent begins anew, with no repair in its memory.
        private static func forgetHistory(of host: String, _ hosts: FiveHosts) async throws {
            try await hosts.lab.output(
                host, "sh", "-c",
                "systemctl stop warren && rm -f /var/lib/warren/state.sqlite* && systemctl start warren")
        }

        /// Its broker ends, and all that it and its agent ever stored is gone.
        private static func loseDisk(of host: String, _ hosts: FiveHosts) async throws {
            try await hosts.lab.output(
                host, "sh", "-c",
                """
                systemctl stop warren; systemctl kill --signal=KILL rabbitmq-server; \
                while systemctl is-active --quiet rabbitmq-server; do sleep 0.1; done; \
                find /var/lib/rabbitmq/mnesia /var/lib/warren -mindepth 1 -delete && systemctl start warren
                """)
        }

        /// Quorum queues with messages in the vhost `/`, with a replica on each member.
        private static func fill(_ hosts: FiveHosts) async throws {
            let filled = try await hosts.evaluate(
                "mq2",
                """
                Names = [<<"cut", (integer_to_binary(I))/binary>> || I <- lists:seq(1, \(queues))],
                Id = fun(N) -> rabbit_misc:r(<<"/">>, queue, N) end,
                [begin {ok, Q} = rabbit_amqqueue:lookup(Id(N)), {ok, _} = rabbit_amqqueue:delete(Q, false, false, <<"w">>) end
                  || N <- Names, rabbit_amqqueue:exists(Id(N))],
                [rabbit_amqqueue:declare(Id(N), true, false, [{<<"x-queue-type">>, longstr, <<"quorum">>}], none, <<"w">>)
                  || N <- Names],
                \(Filling.publishing(to: "[{N, \(messages)} || N <- Names]"))
                """)
            #expect(filled.contains("true"), "\(filled)")
        }

        /// Each queue has its replica on each member, and all its messages.
        private static func checkQueues(_ hosts: FiveHosts) async throws {
            let rows = try await hosts.lab.output(
                "mq1", "rabbitmqctl", "-q", "--no-table-headers", "list_queues", "-p", "/", "name", "messages",
                "members")
            let cut = rows.split(separator: "\n").filter { $0.hasPrefix("cut") }
            #expect(cut.count == queues)
            for row in cut {
                #expect(row.contains("\t\(messages)\t"), "\(row)")
                for host in FiveHosts.brokers { #expect(row.contains("rabbit@\(host)"), "\(row)") }
            }
        }
    }
}
