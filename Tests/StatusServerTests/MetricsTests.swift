import ClusterModel
import HostAccess
import TestSupport
import Testing

@testable import StatusServer

@Suite("The metrics")
struct MetricsTests {
    private let usage = ProcessUsage(
        residentBytes: 31_457_280, cpuSeconds: 1.25, openFiles: 17, startedAt: Examples.time(7300))

    private func text(_ snapshot: HostSnapshot) -> String {
        MetricFamily.text(MetricSource(snapshot: snapshot, usage: usage))
    }

    @Test("say what the snapshot says")
    func values() {
        let lines = text(Examples.broker).split(separator: "\n").map(String.init)
        for line in [
            #"warren_info{host="mq1",cluster="orders",version="0.1.0",mode="enforce"} 1"#, "warren_converged 0",
            "warren_open_drift 3", "warren_blocked_actions 1", "warren_stalled_resources 1",
            #"warren_run_total{result="converged"} 40"#, "warren_run_duration_seconds_sum 61.25",
            "warren_run_duration_seconds_count 41", "warren_last_run_timestamp_seconds 1795381188",
            #"warren_condition{condition="Converged"} 0"#, #"warren_condition{condition="Unpartitioned"} -1"#,
            #"warren_condition{condition="QuorumSafe"} 1"#, #"warren_member_up{member="rabbit@mq1"} 1"#,
            #"warren_member_up{member="rabbit@mq3"} 0"#, "warren_partitioned_members 1",
            #"warren_links{mover="shovel",state="running"} 2"#, #"warren_links{mover="shovel",state="absent"} 1"#,
            #"warren_links{mover="shovel",state="down"} 0"#, "warren_suspended 1",
            "warren_lead 1", "warren_revision_applied 0", #"warren_agent_check{answer="up"} 1"#,
            "process_resident_memory_bytes 31457280", "process_cpu_seconds_total 1.25", "process_open_fds 17",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!text(Examples.broker).contains("warren_vip_held"), "a broker has no say in it")
        let proxy = text(Examples.proxy)
        #expect(proxy.contains("warren_vip_held 1\n"))
        #expect(proxy.contains(#"warren_backend_up{listener="amqp",server="mq3"} 0"#))
    }

    @Test(
        "keep to the grammar of Prometheus' text format, whatever is in the snapshot",
        arguments: Examples.all.map(\.name))
    func grammar(name: String) throws {
        let snapshot = try #require(Examples.all.first { $0.name == name }).snapshot
        #expect(try MetricGrammar.problems(text(snapshot)) == [])
    }

    @Test("pass promtool's checks without a warning", arguments: Examples.all.map(\.name))
    func promtool(name: String) async throws {
        let snapshot = try #require(Examples.all.first { $0.name == name }).snapshot
        let call = Invocation(
            executable: "/usr/bin/promtool", arguments: ["check", "metrics"],
            standardInput: Array(text(snapshot).utf8), deadline: .seconds(30))
        let result = try await ProcessRunner().run(call)
        #expect(result.status.isSuccess)
        #expect(result.stdout + result.stderr == "")
    }

    @Test("of this process are told from /proc")
    func ownUsage() throws {
        let usage = try #require(ProcessUsage.current())
        #expect(usage.residentBytes > 1 << 20)
        #expect(usage.openFiles > 2)
        #expect(usage.startedAt < SystemClock.now())
        #expect(SystemClock.now().seconds(since: usage.startedAt) < 86_400)
    }
}

/// The text format 0.0.4 as its specification states it, and no more lenient than that.
enum MetricGrammar {
    static func problems(_ text: String) throws -> [String] {
        var problems: [String] = []
        var series: Set<String> = []
        var family = ""
        var closed: Set<String> = []
        if !text.hasSuffix("\n") { problems.append("the last line does not end") }
        for line in text.split(separator: "\n") {
            if let help = line.wholeMatch(of: /# HELP ([a-z_]+) [^\\]+/) {
                if !closed.insert(String(help.1)).inserted { problems.append("\(help.1) comes twice") }
                family = String(help.1)
            } else if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) (gauge|counter|summary)/) {
                if type.1 != family { problems.append("the type of \(type.1) stands below \(family)") }
            } else if let sample = line.wholeMatch(
                of: /([a-z_]+)((?:\{(?:[a-z_]+="(?:[^"\\]|\\\\|\\"|\\n)*",?)+\})?) (-?[0-9.e+-]+|NaN|[+-]Inf)/)
            {
                if !sample.1.hasPrefix(family) { problems.append("\(sample.1) stands below \(family)") }
                if !series.insert(String(sample.1 + sample.2)).inserted { problems.append("twice: \(line)") }
            } else {
                problems.append("not a line of the format: \(line)")
            }
        }
        return problems
    }
}
