import ClusterModel
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// A host comes back with a blank disk.
    @Suite(.serialized) struct Replacement {
        static let queues = 20
        static let messages = 1000

        @Test("a broker with a blank disk is forgotten, joins again and gets all its replicas, and no message is lost")
        func blankDisk() async throws {
            let hosts = try await SharedHosts.converged()
            try await Self.fill(hosts)
            let clock = ContinuousClock()
            let report = try await Publisher.report(on: hosts, queue: "app.replacement") {
                let begun = clock.now
                try await hosts.lab.laboratory.replace("mq3", in: hosts.lab.name)
                try await hosts.awaitConverged()
                print("mq3 replaced: a member again with all replicas after \(begun.duration(to: clock.now))")
            }
            print("mq3 replaced: \(report.confirmed) confirmed, \(report.lost) lost, gaps \(report.gaps)")
            #expect(report.lost == 0)
            try await Self.checkReplicas(hosts, on: "rabbit@mq3")
            // What was on that disk alone was said before it was given up.
            let said = try await Self.history(hosts, of: "Forget(rabbit@mq3)")
            #expect(said.contains("lost with its disk: queue //home"), "\(said)")
        }

        /// In the vhost `/`, which no policy of the manifest mirrors: quorum queues with messages, and one classic queue
        /// that is on mq3 alone.
        private static func fill(_ hosts: FiveHosts) async throws {
            let declared = try await hosts.evaluate(
                "mq2",
                """
                R = fun(N) -> rabbit_misc:r(<<"/">>, queue, N) end,
                Names = [<<"q", (integer_to_binary(I))/binary>> || I <- lists:seq(1, \(queues))],
                [rabbit_amqqueue:declare(R(N), true, false, [{<<"x-queue-type">>, longstr, <<"quorum">>}], none, <<"w">>)
                  || N <- Names],
                \(Filling.publishing(to: "[{N, \(messages)} || N <- Names]"))
                """)
            #expect(declared.contains("true"), "\(declared)")
            let home = try await hosts.evaluate(
                "mq3",
                """
                rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"home">>), true, false, [], none, <<"w">>).
                """)
            #expect(home.contains("new"), "\(home)")
        }

        /// Every queue has a replica there, none is behind, and all messages are there.
        private static func checkReplicas(_ hosts: FiveHosts, on node: String) async throws {
            let rows = try await hosts.lab.output(
                "mq1", "rabbitmqctl", "-q", "--no-table-headers", "list_queues", "-p", "/", "name", "messages",
                "members")
            let quorum = rows.split(separator: "\n").filter { $0.contains(/^q[0-9]+\t/) }
            #expect(quorum.count == queues)
            #expect(quorum.allSatisfy { $0.contains(node) && $0.contains("\t\(messages)\t") }, "\(rows)")
            let snapshot = try #require(await hosts.snapshot("mq1"))
            #expect(snapshot.drift.isEmpty, "\(snapshot.drift)")
        }

        private static func history(_ hosts: FiveHosts, of text: String) async throws -> String {
            let runs = try await hosts.lab.output("mq1", "warren", "history")
            let numbers = runs.split(separator: "\n").compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
            for run in numbers {
                let told = try await hosts.lab.output("mq1", "warren", "history", "\(run)")
                if told.contains(text) { return told }
            }
            return ""
        }
    }
}
