import ClusterModel
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// A changed setting of rabbitmq.conf comes into force on all members, one after another.
    @Suite(.serialized) struct RollingRestart {
        @Test("all members restart, never two at a time, no confirmed message is lost, and the status shows it")
        func roll() async throws {
            let hosts = try await SharedHosts.converged()
            let (clock, seen) = (ContinuousClock(), Seen())
            let report = try await Publisher.report(on: hosts, queue: "app.roll") {
                let begun = clock.now
                try await Self.set("disk_free_limit.absolute: 900MB", hosts)
                try await hosts.lab.waitUntil("every member has the new limit", within: .seconds(300)) {
                    for host in FiveHosts.brokers {
                        if let node = try await hosts.snapshot(host)?.node { await seen.add(node.configuration) }
                    }
                    return try await Self.areConverged(hosts, limit: "900MB")
                }
                print("rolling restart of three members: \(begun.duration(to: clock.now))")
            }
            let restarts = try await Self.restarts(hosts)
            print("rolling restart: \(restarts)")
            #expect(restarts.count == 3)
            for (earlier, later) in zip(restarts, restarts.dropFirst()) {
                #expect(!earlier.end.isEmpty && earlier.end <= later.begin, "two at a time: \(restarts)")
            }
            print("rolling restart: \(report.confirmed) confirmed, \(report.lost) lost, gaps \(report.gaps.prefix(5))")
            #expect(report.lost == 0 && report.confirmed > 0)
            #expect(await seen.all.isSuperset(of: [.outdated, .restarting, .current]))
            for host in FiveHosts.brokers {
                #expect(try await !hosts.journal(host, with: "update configuration rabbit@\(host) succeeded").isEmpty)
            }
            #expect(try await Self.leases(hosts).isEmpty)
        }

        @Test(
            "a setting with which a broker does not come up stops at the first member, and goes when it is taken back",
            .long)
        func badSetting() async throws {
            let hosts = try await SharedHosts.converged()
            let good = try await hosts.lab.output("mq1", "cat", HostManifest.path)
            try await Self.set(
                "disk_free_limit.absolute: 800MB\n      ssl_options.cacertfile: /nowhere/ca.pem", hosts)
            try await hosts.lab.waitUntil(
                "one member is down, and the others say that they wait", within: .seconds(120)
            ) {
                var (down, waiting) = (0, 0)
                for host in FiveHosts.brokers {
                    guard let snapshot = try await hosts.snapshot(host) else { return false }
                    if snapshot.node?.state == .noProcess { down += 1 }
                    let blocked = snapshot.blocked.first { $0.resource.hasPrefix("configuration ") }
                    if blocked?.reason.contains("does not run") == true { waiting += 1 }
                }
                return down == 1 && waiting == 2
            }
            var words: [String] = []
            for host in FiveHosts.brokers {
                words += try await hosts.journal(host, with: "update configuration rabbit@\(host) failed")
                    .filter { !$0.contains("not done") }
            }
            print("the broker's last words: \(words.map { $0.prefix(400) })")
            #expect(words.count == 1 && words[0].contains("cacertfile"))
            for host in FiveHosts.all { try await Manifests.write(good, on: host, hosts) }
            try await hosts.awaitConverged()
            #expect(try await Self.leases(hosts).isEmpty)
        }

        /// Puts one setting in the place of the disk limit, on every host.
        static func set(_ setting: String, _ hosts: FiveHosts) async throws {
            for host in FiveHosts.all {
                let lines = try await hosts.lab.output(host, "cat", HostManifest.path)
                let changed = lines.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                    line.contains(" disk_free_limit.absolute: ") ? "      " + setting : String(line)
                }.joined(separator: "\n")
                try await Manifests.write(changed, on: host, hosts)
            }
        }

        static func areConverged(_ hosts: FiveHosts, limit: String) async throws -> Bool {
            for host in FiveHosts.brokers {
                guard let snapshot = try await hosts.snapshot(host), snapshot.lastRun?.result == "converged",
                    snapshot.node?.state == .running, snapshot.node?.configuration == .current,
                    snapshot.revision.applied == snapshot.revision.attempted
                else { return false }
            }
            for host in FiveHosts.brokers {
                let set = try await hosts.evaluate(host, "application:get_env(rabbit, disk_free_limit).")
                guard set.contains(limit) else { return false }
            }
            return true
        }

        /// When each member was last drained, restarted and caught up, as the histories of its agent say; earliest first.
        private static func restarts(_ hosts: FiveHosts) async throws -> [(begin: String, end: String)] {
            var all: [(begin: String, end: String)] = []
            for host in FiveHosts.brokers {
                let said = try #require(
                    try await hosts.journal(host, with: "update configuration rabbit@\(host) succeeded").last)
                let run = try #require(said.split(separator: "run=").last.map(String.init))
                let history = try await hosts.lab.output(host, "warren", "history", run, "--output", "json")
                let steps = try JSONValue(parsing: Array(history.utf8))["steps"]?.array ?? []
                let step = try #require(
                    steps.first { $0["actions"]?.array?.first?["kind"] == "configuration" }, "\(history)")
                all.append((step["startedAt"]?.string ?? "", step["finishedAt"]?.string ?? ""))
            }
            return all.sorted { $0.begin < $1.begin }
        }

        private static func leases(_ hosts: FiveHosts) async throws -> String {
            let all = try await hosts.lab.output("mq1", "rabbitmqctl", "-q", "list_global_parameters")
            return all.split(separator: "\n").filter { $0.contains("warren-restart") }.joined()
        }

        private actor Seen {
            private(set) var all: Set<HostSnapshot.Node.Configuration> = []
            func add(_ configuration: HostSnapshot.Node.Configuration) { all.insert(configuration) }
        }
    }
}
