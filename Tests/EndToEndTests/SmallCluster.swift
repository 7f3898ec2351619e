import ClusterModel
import Foundation
import HostAccess
import Lab
import TestSupport

/// Two or three brokers that are one cluster, with 500 messages in a quorum queue and 300 in a classic one on the first:
/// what a recovery has to work with.
struct SmallCluster: Sendable {
    let lab: TestLab
    let hosts: [String]

    private static func manifest(_ hosts: [String]) -> String {
        let brokers = hosts.enumerated().map { index, name in
            "    - { name: \(name), address: 10.79.0.\(11 + index), roles: [broker] }"
        }
        return """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: small }
            spec:
              hosts:
            \(brokers.joined(separator: "\n"))
              broker:
                erlangCookie: { fromFile: /etc/warren/secrets/erlang.cookie }
                plugins: [rabbitmq_management]
                config: { cluster_partition_handling: ignore, net_ticktime: 8 }
            """
    }

    static func with(
        _ debian: DebianRelease, hosts: [String] = ["mq1", "mq2"], _ body: (SmallCluster) async throws -> Void
    ) async throws {
        let scratch = try ScratchDirectory("cluster")
        let path = try scratch.write(manifest(hosts), to: "cluster.yaml")
        try await TestLab.with(manifest: path, debian: debian, packages: [BuiltPackage.path.get()]) { lab in
            let cluster = SmallCluster(lab: lab, hosts: hosts)
            try await cluster.awaitConverged()
            try await cluster.fill()
            // Also because Mnesia and Ra write the names of queues to disk a moment after they confirm them.
            try await cluster.awaitMessages(["quorum": 500, "classic": 300])
            try await body(cluster)
        }
    }

    func snapshot(_ host: String) async throws -> HostSnapshot? { try await lab.snapshot(host) }

    /// All run, and all say that nothing is left to do.
    func awaitConverged() async throws {
        try await lab.waitUntil("all brokers converge", within: .seconds(240)) {
            for host in hosts {
                guard let told = try await snapshot(host), told.lastRun?.result == "converged",
                    told.node?.cluster?.runningMembers.count == hosts.count
                else { return false }
            }
            return true
        }
    }

    private func fill() async throws {
        let filled = try await lab.output(
            "mq1", "rabbitmqctl", "eval",
            """
            [rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, N), true, false, [{<<"x-queue-type">>, longstr, N}],
              none, <<"w">>) || N <- [<<"quorum">>, <<"classic">>]],
            \(Filling.publishing(to: #"[{<<"quorum">>, 500}, {<<"classic">>, 300}]"#))
            """)
        guard filled.contains("true") else { throw TestFailure("the queues could not be filled: \(filled)") }
    }

    /// How many messages each queue holds, once that is told.
    func awaitMessages(_ counts: [String: Int]) async throws {
        var last = ""
        do {
            try await lab.waitUntil("the queues hold \(counts)", within: .seconds(60)) {
                last = try await lab.output(
                    "mq1", "rabbitmqctl", "-q", "--no-table-headers", "list_queues", "name", "messages")
                let lines = Set(last.split(separator: "\n").map(String.init))
                return counts.allSatisfy { lines.contains("\($0.key)\t\($0.value)") }
            }
        } catch { throw TestFailure("\(error); they hold: \(last)") }
    }

    func awaitAlone(_ host: String) async throws {
        try await lab.waitUntil("\(host) is alone", within: .seconds(60)) {
            try await snapshot(host)?.node?.cluster?.runningMembers == ["rabbit@\(host)"]
        }
    }

    /// Where this machine keeps what is on a host's disk.
    func directory(_ host: String) -> String { lab.laboratory.site.layout(of: lab.name).directory + "/hosts/" + host }

    /// The dangerous verbs that a person has to acknowledge, out of what `warren recover` says.
    func verbs(_ said: String) throws -> String {
        guard let found = said.firstMatch(of: /--acknowledge [^ ]*mq\d ([a-z_,]+): WHY/) else {
            throw TestFailure("no verbs in: \(said)")
        }
        return String(found.1)
    }

    /// Waits until `warren recover` sees the scenario, and gives all that it says.
    func awaitScenario(_ number: Int, on host: String) async throws -> String {
        var said = ""
        do {
            try await lab.waitUntil("\(host) sees scenario \(number)", within: .seconds(120)) {
                let run = try await lab.exec(host, ["warren", "recover"])
                said = run.output + run.errors
                return run.status == .exited(2) && said.contains("Scenario \(number): ")
            }
        } catch { throw TestFailure("\(error); it says: \(said)") }
        return said
    }

    /// Carries out what a person acknowledges.
    func recover(_ host: String, _ verbs: String) async throws -> String {
        try await lab.output(
            host, "warren", "recover", "--acknowledge", "\(host) \(verbs): a test", within: .seconds(400))
    }

    func powerOff(_ host: String) async throws { try await lab.laboratory.powerOff([host], in: lab.name) }
    func powerOn(_ host: String) async throws { try await lab.laboratory.powerOn([host], in: lab.name) }
    func replace(_ host: String) async throws { try await lab.laboratory.replace(host, in: lab.name) }
}
