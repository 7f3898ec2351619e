import ClusterModel
import Foundation
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// A node that is not in service is brought back by its own host's agent, and no confirmed message is lost.
    @Suite(.serialized) struct Healing {
        @Test(
            "of two nodes that a partial partition paused, exactly one is restarted, and the other returns by itself",
            .long)
        func partial() async throws {
            let hosts = try await SharedHosts.converged()
            let before = (try await Self.server(of: "mq2", hosts), try await Self.server(of: "mq3", hosts))
            let report = try await Publisher.report(on: hosts, queue: "app.partial") {
                try await hosts.lab.laboratory.separate("mq2", "mq3", in: hosts.lab.name)
                try await hosts.lab.waitUntil("two run again, with the wire still cut", within: .seconds(180)) {
                    let server = try await Self.server(of: "mq2", hosts)
                    let running = try await hosts.snapshot("mq1")?.node?.cluster?.runningMembers
                    return server != before.0 && running == ["rabbit@mq1", "rabbit@mq2"]
                }
                #expect(try await Self.server(of: "mq3", hosts) == before.1)
                try await hosts.lab.laboratory.mend(in: hosts.lab.name)
                try await hosts.awaitConverged()
            }
            #expect(try await Self.server(of: "mq3", hosts) == before.1)
            #expect(report.lost == 0)
        }

        @Test("replicas whose processes are gone on a running node are there again", .long)
        func replicas() async throws {
            let hosts = try await SharedHosts.converged()
            let declared = try await hosts.evaluate("mq1", Self.publishing("gone", queueType: "quorum"))
            #expect(declared.contains("true"), "\(declared)")
            let report = try await Publisher.report(on: hosts, queue: "app.gone") {
                let stopped = try await hosts.evaluate(
                    "mq2",
                    """
                    supervisor:terminate_child(ra_systems_sup, quorum_queues), whereis(ra_log_wal).
                    """)
                #expect(stopped.contains("undefined"), "\(stopped)")
                // No event tells of it: without this, the agent's regular look does.
                try await hosts.lab.output("mq2", "warren", "reconcile")
                try await hosts.lab.waitUntil("mq2 says that replicas are gone", within: .seconds(60)) {
                    try await hosts.snapshot("mq2")?.drift.contains { $0.resource.hasPrefix("node ") } == true
                }
                try await hosts.awaitConverged()
            }
            #expect(report.lost == 0)
            let alive = try await hosts.evaluate("mq2", "is_pid(whereis(ra_log_wal)).")
            #expect(alive.contains("true"))
        }

        @Test("a port mapper that is killed is there again, and the node with it, by the same server", .long)
        func portMapper() async throws {
            let hosts = try await SharedHosts.converged()
            let server = try await Self.server(of: "mq2", hosts)
            try await hosts.lab.output("mq2", "systemctl", "stop", "epmd.socket", "epmd.service")
            try await hosts.lab.waitUntil("the node is registered at a port mapper again", within: .seconds(60)) {
                let names = try await hosts.lab.exec("mq2", ["epmd", "-names"])
                return names.output.contains("name rabbit at port")
            }
            try await hosts.awaitConverged()
            #expect(try await Self.server(of: "mq2", hosts) == server)
        }

        @Test("a broker that is killed is running and converged at most 3 s after its own restart takes")
        func killed() async throws {
            let hosts = try await SharedHosts.converged()
            let clock = ContinuousClock()
            let took = Box<Duration>()
            let report = try await Publisher.report(on: hosts, queue: "app.killed9") {
                let before = try await hosts.snapshot("mq3")?.lastRun?.id ?? 0
                let begun = clock.now
                _ = try await hosts.lab.laboratory.kill("rabbitmq", on: "mq3", in: hosts.lab.name)
                try await hosts.lab.waitUntil("a later run finds mq3 converged", within: .seconds(90)) {
                    let now = try await hosts.snapshot("mq3")
                    return (now?.lastRun?.id ?? 0) > before && now?.lastRun?.result == "converged"
                        && now?.node?.cluster?.runningMembers.count == 3
                }
                took.value = begun.duration(to: clock.now)
            }
            let own = try await Self.startTime(on: "mq3", hosts)
            print("mq3 killed: converged after \(took.value ?? .zero), of which its own start \(own) s")
            #expect(report.lost == 0)
            #expect((took.value ?? .seconds(600)) < .seconds(own + 3))
        }

        @Test(
            "a node that runs on beside the majority is left as it is while it alone holds messages, and comes back then",
            .long)
        func split() async throws {
            let hosts = try await SharedHosts.converged()
            let report = try await Publisher.report(on: hosts, queue: "app.split") {
                try await Self.split("mq3", hosts)
                let held = try await hosts.evaluate("mq3", Self.publishing("only.here", queueType: "classic"))
                #expect(held.contains("true"), "\(held)")
                try await hosts.lab.waitUntil("mq3 refuses", within: .seconds(90)) {
                    try await hosts.snapshot("mq3")?.blocked.contains {
                        $0.resource.hasPrefix("node ") && $0.reason.contains("queue //only.here")
                    } == true
                }
                try await hosts.lab.output("mq3", "rabbitmqctl", "-q", "purge_queue", "-p", "/", "only.here")
                try await hosts.awaitConverged()
            }
            print("split: \(report.confirmed) confirmed, \(report.lost) lost, gaps \(report.gaps)")
            #expect(report.lost == 0)
            let kept = try await hosts.lab.output("mq3", "find", "/var/lib/warren", "-name", "split-*.json")
            #expect(!kept.isEmpty)
            #expect(try await Self.leases(hosts).isEmpty)
        }

        /// Leaves a node running and outside of the cluster that the majority goes on with: somebody starts the application
        /// of a paused node, which boots alone (facts/failure-modes §0.1).
        static func split(_ host: String, _ hosts: FiveHosts) async throws {
            let laboratory = hosts.lab.laboratory
            for other in FiveHosts.brokers where other != host {
                try await laboratory.separate(host, other, in: hosts.lab.name)
            }
            func awaitState(_ state: NodeState) async throws {
                try await hosts.lab.waitUntil("\(host) is \(state)", within: .seconds(90)) {
                    try await hosts.snapshot(host)?.node?.state == state
                }
            }
            do {
                try await awaitState(.paused)
                // One that is still on its way into the pause refuses.
                try await hosts.lab.waitUntil("\(host) starts its application", within: .seconds(120)) {
                    try await hosts.lab.exec(host, ["rabbitmqctl", "-q", "start_app"], within: .seconds(90))
                        .status.isSuccess
                }
                try await laboratory.mend(in: hosts.lab.name)
            } catch {
                try? await laboratory.mend(in: hosts.lab.name)
                throw error
            }
            try await awaitState(.splitOff)
        }

        /// Declares a queue and publishes ten messages to it with confirms.
        private static func publishing(_ queue: String, queueType: String) -> String {
            """
            rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"\(queue)">>), true, false,
              [{<<"x-queue-type">>, longstr, <<"\(queueType)">>}], none, <<"w">>),
            \(Filling.publishing(to: "[{<<\"\(queue)\">>, 10}]"))
            """
        }

        /// Its process and when that began.
        private static func server(of host: String, _ hosts: FiveHosts) async throws -> String {
            try await hosts.lab.output(
                host, "systemctl", "show", "--property=MainPID,ExecMainStartTimestampMonotonic",
                "rabbitmq-server.service")
        }

        /// For how many seconds the node was on its way up, as it says itself.
        private static func startTime(on host: String, _ hosts: FiveHosts) async throws -> Double {
            let text = try await hosts.lab.output(
                host, "systemctl", "show", "--property=ExecMainStartTimestampMonotonic,ActiveEnterTimestampMonotonic",
                "rabbitmq-server.service")
            let times = text.split(separator: "\n").compactMap { $0.split(separator: "=").last.flatMap { Double($0) } }
            return ((times.max() ?? 0) - (times.min() ?? 0)) / 1_000_000
        }

        static func leases(_ hosts: FiveHosts) async throws -> String {
            let all = try await hosts.lab.output("mq1", "rabbitmqctl", "-q", "list_global_parameters")
            return all.split(separator: "\n").filter { $0.contains("warren-restart") }.joined()
        }
    }
}

/// What one task writes and another one reads.
private final class Box<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: Value?
    var value: Value? {
        get { lock.withLock { stored } }
        set { lock.withLock { stored = newValue } }
    }
}
