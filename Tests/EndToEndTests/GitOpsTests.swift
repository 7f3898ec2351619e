import ClusterModel
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// The manifest out of a real repository with signed commits, on all five hosts.
    @Suite(.serialized) struct GitOps {
        @Test(
            "a signed commit is in force on all hosts; what is unsigned, invalid or rewritten stays out; no repository, no change"
        )
        func commits() async throws {
            let hosts = try await SharedHosts.converged()
            let git = try await GitHosts.following(hosts)
            do {
                let last = try await git.serving { try await Self.follow(git) }
                try await Self.unreachable(git, inForce: last)
            } catch {
                try? await git.leave()
                throw error
            }
            try await git.leave()
            try await hosts.awaitConverged()
            #expect(try await Self.priority(hosts) == 0)
        }

        private static func withPriority(_ priority: Int) -> (String) -> String {
            { $0.replacing("applyTo: queues, priority: 0,", with: "applyTo: queues, priority: \(priority),") }
        }

        private static func priority(_ hosts: FiveHosts) async throws -> Int? {
            let list = try await hosts.lab.output(
                "mq2", "rabbitmqctl", "-q", "--formatter", "json", "list_policies", "-p", "orders")
            let policies = try JSONValue(parsing: Array(list.utf8)).array
            return policies?.first { $0["name"] == "ha-all" }?["priority"]?.integer
        }

        /// - Returns: the commit in force at the end.
        private static func follow(_ git: GitHosts) async throws -> String {
            let first = try await git.repository.head()
            try await git.awaitInForce(first)

            let second = try await git.push("more of it", signed: true, withPriority(5))
            try await git.awaitInForce(second)
            #expect(try await priority(git.hosts) == 5)
            try await expectHistoryNames(second, git.hosts)

            let unsigned = try await git.push("unsigned", signed: false, withPriority(6))
            try await git.awaitRefused(unsigned, "Unsigned", inForce: second)

            let bad = try await git.push("bad", signed: true) {
                $0.replacing("virtualRouterId: 51", with: "virtualRouterId: x")
            }
            try await git.awaitRefused(bad, "Invalid", inForce: second)
            #expect(try await priority(git.hosts) == 5)

            try await git.repository.git("reset", "--quiet", "--hard", first)
            let rewritten = try await git.push("another history", signed: true, withPriority(7))
            try await git.awaitRefused(rewritten, "Rewinds", inForce: second)
            #expect(try await priority(git.hosts) == 5)
            for host in FiveHosts.all {
                try await git.hosts.lab.output(
                    host, "warren", "accept", String(rewritten.prefix(12)), "--reason", "meant so")
            }
            try await git.awaitInForce(rewritten)
            #expect(try await priority(git.hosts) == 7)
            return rewritten
        }

        /// The run of the lead and its action say which commit asked for it.
        private static func expectHistoryNames(_ commit: String, _ hosts: FiveHosts) async throws {
            let run = try await hosts.lab.exec("mq1", ["warren", "history", "--limit", "20", "--output", "json"])
            let runs = try run.json().array ?? []
            let own = try #require(runs.first { $0["revision"]?.string == commit && $0["actions"] != 0 })
            let number = try #require(own["run"]?.integer)
            let whole = try await hosts.lab.exec("mq1", ["warren", "history", "\(number)", "--output", "json"]).json()
            let actions = whole["steps"]?.array?.flatMap { $0["actions"]?.array ?? [] } ?? []
            #expect(whole["revision"]?.string == commit)
            #expect(actions.contains { $0["resource"] == "policy orders/ha-all" && $0["outcome"] == "succeeded" })
        }

        /// Nobody serves the repository any more.
        private static func unreachable(_ git: GitHosts, inForce: String) async throws {
            try await git.awaitEverywhere("the repository can't be asked") {
                $0.commits?.problem != nil && $0.revision.attempted == inForce
            }
            let before = try #require(try await git.hosts.snapshot("mq2")?.startedAt)
            try await git.hosts.lab.output("mq2", "systemctl", "restart", "warren")
            try await git.hosts.lab.waitUntil("the agent that was restarted keeps the commit", within: .seconds(60)) {
                guard let snapshot = try await git.hosts.snapshot("mq2"), snapshot.startedAt != before else {
                    return false
                }
                return snapshot.revision.applied == inForce && snapshot.lastRun?.result == "converged"
            }
            #expect(try await priority(git.hosts) == 7)
        }
    }
}
