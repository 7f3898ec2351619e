import ClusterModel
import Foundation
import HostAccess
import TestSupport

/// The agents of some hosts, killed around their commands that change something: before one starts, while it runs, and when
/// it has ended and the agent has not heard of it. The product knows nothing of it, see `Tests/testbed/cut.py`.
struct Cuts: Sendable {
    /// What happened on one host, in its order.
    struct Journal: Sendable {
        /// Where the agent was killed, such as `before forget`.
        let cuts: [String]
        /// Where a command was held and nobody killed the agent.
        let missed: [String]
        /// The commands that ran to their end, with what the broker said of each.
        let ended: [(verb: String, result: [String])]
        /// Runs of that time that `warren history` calls interrupted.
        let interrupted: Int

        /// How often a command did what it was to do.
        func successes(of verb: String) -> Int { ended.count { $0.verb == verb && $0.result.first == "ok" } }
    }

    private static let program = "/usr/local/lib/warren-cut.py"

    /// Kills the agents while `body` runs.
    ///
    /// - Parameter wanted: the moments on each host, such as `during join`; none for before and after each command.
    static func on(
        _ hosts: FiveHosts, _ wanted: [String: [String]], while body: () async throws -> Void
    ) async throws -> [String: Journal] {
        let text = try String(
            contentsOfFile: FileManager.default.currentDirectoryPath + "/Tests/testbed/cut.py", encoding: .utf8)
        let begun = Date.now.formatted(.iso8601)
        do {
            for (host, cuts) in wanted.sorted(by: { $0.key < $1.key }) {
                let copy = try await hosts.lab.exec(host, ["install", "-m", "755", "/dev/stdin", program], input: text)
                guard copy.status.isSuccess else { throw TestFailure("\(program) on \(host): \(copy.errors)") }
                try await run(["install"] + cuts, on: host, hosts)
            }
            try await body()
            var journals: [String: Journal] = [:]
            for host in wanted.keys {
                journals[host] = try await journal(of: host, since: begun, hosts)
                print("\(host) was cut off: \(journals[host]?.cuts.joined(separator: ", ") ?? "")")
            }
            try await remove(wanted.keys.sorted(), hosts)
            return journals
        } catch {
            var told = ""
            for host in wanted.keys { told += "\n\(host): " + ((try? await run(["log"], on: host, hosts)) ?? "") }
            await Task { try? await remove(wanted.keys.sorted(), hosts) }.value
            throw TestFailure("\(error)\(told)")
        }
    }

    @discardableResult
    private static func run(_ words: [String], on host: String, _ hosts: FiveHosts) async throws -> String {
        let run = try await hosts.lab.exec(host, ["/usr/bin/python3", program] + words)
        guard run.status.isSuccess else { throw TestFailure("cut.py \(words) on \(host): \(run.errors)") }
        return run.output
    }

    /// From all of them, also where one fails.
    private static func remove(_ names: [String], _ hosts: FiveHosts) async throws {
        var failure: (any Error)?
        for host in names {
            do {
                try await run(["remove"], on: host, hosts)
                try await hosts.lab.output(host, "rm", program)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private static func journal(of host: String, since begun: String, _ hosts: FiveHosts) async throws -> Journal {
        let entries = try await run(["log"], on: host, hosts).split(separator: "\n")
            .map { try JSONValue(parsing: Array($0.utf8)) }
        func told(_ key: String) -> [String] {
            entries.compactMap { entry in entry[key]?.string.map { "\($0) \(entry["verb"]?.string ?? "")" } }
        }
        let history = try await hosts.lab.output(host, "warren", "history", "--limit", "200", "--output", "json")
        let runs = try JSONValue(parsing: Array(history.utf8)).array ?? []
        return Journal(
            cuts: told("cut"), missed: told("missed"),
            ended: entries.compactMap { entry in
                entry["ended"]?.string.map { ($0, entry["result"]?.array?.compactMap(\.string) ?? []) }
            },
            interrupted: runs.count {
                $0["result"]?.string == "interrupted" && ($0["startedAt"]?.string ?? "") >= begun
            })
    }
}
