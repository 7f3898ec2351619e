import ClusterModel
import Foundation
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// The agent as a service, and what it costs while nothing is to do.
    @Suite(.serialized) struct Daemon {
        @Test("SIGTERM ends it within a second, and a second agent exits with a message")
        func oneAgent() async throws {
            let hosts = try await SharedHosts.converged()
            let second = try await hosts.lab.exec("mq2", ["warren", "agent"])
            #expect(second.code != 0)
            #expect(second.errors.contains("another"), "\(second.errors)")
            let script = "a=$(date +%s%N); systemctl stop warren; b=$(date +%s%N); echo $(((b - a) / 1000000))"
            let milliseconds = try await hosts.lab.output("mq2", "sh", "-c", script)
            print("systemctl stop warren: \(milliseconds.trimmingCharacters(in: .newlines)) ms")
            #expect(try #require(Int(milliseconds.trimmingCharacters(in: .newlines))) < 1500)
            let result = try await hosts.lab.output("mq2", "systemctl", "show", "--property=Result", "warren")
            #expect(result == "Result=success\n")
            #expect(try await hosts.lab.output("mq2", "systemctl", "is-active", "rabbitmq-server") == "active\n")
            try await hosts.lab.output("mq2", "systemctl", "start", "warren")
            try await hosts.awaitConverged()
        }

        @Test("a converged host is left alone: no runs, no tools, no reloads, and hardly any time of a core")
        func idle() async throws {
            let hosts = try await SharedHosts.converged()
            // What woke the last run is over when nothing more follows.
            try await hosts.lab.waitUntil("all are quiet", within: .seconds(120)) {
                let before = try await Self.usages(hosts)
                try await Task.sleep(for: .seconds(5))
                let after = try await Self.usages(hosts)
                return zip(before, after).allSatisfy { $0.runs == $1.runs }
            }
            let (before, reloads) = (try await Self.usages(hosts), try await Self.reloads(hosts))
            let begin = ContinuousClock.now
            try await Task.sleep(for: .seconds(30))
            let after = try await Self.usages(hosts)
            let seconds = begin.duration(to: .now) / .seconds(1)
            for (host, (old, new)) in zip(FiveHosts.all, zip(before, after)) {
                let share = Double(new.ownTicks - old.ownTicks) / 100 / seconds
                print("\(host) idle: \(String(format: "%.2f", share * 100)) % of a core, \(new.kilobytes / 1024) MB")
                #expect(share < 0.01)
                #expect(new.kilobytes < 60 * 1024)
                // A resync that falls into this time may run tools.
                if new.runs == old.runs { #expect(new.childTicks == old.childTicks) }
            }
            #expect(zip(before, after).contains { $0.runs == $1.runs })
            #expect(try await Self.reloads(hosts) == reloads)
        }

        private struct Usage {
            let ownTicks: Int
            let childTicks: Int
            let kilobytes: Int
            let runs: Int
        }

        /// Of each host's agent, as `/proc` tells.
        private static func usages(_ hosts: FiveHosts) async throws -> [Usage] {
            var usages: [Usage] = []
            for host in FiveHosts.all {
                let script = """
                    pid=$(systemctl show --property=MainPID --value warren)
                    cat /proc/$pid/stat; grep VmRSS /proc/$pid/status
                    """
                let lines = try await hosts.lab.output(host, "sh", "-c", script).split(separator: "\n")
                let fields = lines[0].split(separator: ")")[1].split(separator: " ").map(String.init)
                let numbers = (11...14).compactMap { Int(fields[$0]) }
                let memory = lines[1].split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
                usages.append(
                    Usage(
                        ownTicks: numbers[0] + numbers[1], childTicks: numbers[2] + numbers[3], kilobytes: memory[0],
                        runs: try await hosts.snapshot(host)?.runs.total ?? 0))
            }
            return usages
        }

        private static func reloads(_ hosts: FiveHosts) async throws -> Int {
            var count = 0
            for host in FiveHosts.proxies {
                count += try await hosts.journal(host, unit: "haproxy", with: "Reload").count
            }
            return count
        }
    }
}
