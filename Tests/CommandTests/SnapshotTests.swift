import AgentRuntime
import ClusterModel
import HostAccess
import ManifestLoading
import Reporting
import TestSupport
import Testing

@testable import Commands

@Suite("A manifest against a snapshot")
struct SnapshotTests {
    private func exported(_ session: Session) async throws -> ProgramRun {
        try await WarrenProgram.run(
            session.arguments("status", "--snapshot", "-f", session.manifest) + session.hostOptions)
    }

    private func snapshot(_ session: Session) async throws -> String {
        let run = try await exported(session)
        #expect(run.code == 0, "\(run)")
        return try session.home.write(run.output, to: "snapshot.json")
    }

    private func plan(_ session: Session, _ more: String...) async throws -> ProgramRun {
        try await WarrenProgram.run(["plan", "-f", session.manifest] + more)
    }

    @Test("The same exit codes as on the broker, which nobody asks")
    func exitCodes() async throws {
        let session = try Session()
        try session.export(policies: "one")
        let path = try await snapshot(session)
        let asked = session.tools.calls.count
        let drift = try await plan(session, "--against", path)
        #expect(drift.code == 2, "\(drift)")
        #expect(drift.output.contains("+ policy //two  missing") && !drift.output.contains("//one"))
        #expect(drift.output.contains("no broker was asked"))
        let json = try await plan(session, "--against", path, "-o", "json").json()
        #expect(json["against"]?["host"] == "localhost")
        #expect(json["drift"]?.array?.compactMap { $0["resource"]?.string } == ["policy //two"])
        try session.declare(
            "  policies: [{ name: one, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }]")
        #expect(try await plan(session, "--against", path).code == 0)
        try session.declare("  policies: [{ nam: one }]")
        #expect(try await plan(session, "--against", path).code == 65)
        #expect(session.tools.calls.count == asked)
    }

    @Test("A snapshot of another cluster, a newer one and none at all are refused with the reason")
    func refused() async throws {
        let session = try Session()
        try session.export(policies: "one")
        let path = try await snapshot(session)
        let good = String(decoding: try FileContent.read(path), as: UTF8.self)
        func words(_ text: String) async throws -> String {
            let run = try await plan(session, "--against", try session.home.write(text, to: "other.json"))
            #expect(run.code == 1 && run.output.isEmpty, "\(run)")
            return run.errors
        }
        let other = try await words(good.replacing(#""cluster": "test""#, with: #""cluster": "other""#))
        #expect(other.contains("the snapshot is of the cluster other and the manifest for test"))
        let newer = try await words(good.replacing(#""version": 1"#, with: #""version": 9"#))
        #expect(newer.contains("version: the snapshot has version 9 and this Warren reads 1 at most"))
        #expect(try await words("{\n  \"format\": x}").contains("other.json:2:13: it is not JSON"))
        #expect(try await words(String(good.prefix(200))).contains("the JSON ends in the middle"))
        let absent = try await plan(session, "--against", session.home.path("absent.json"))
        #expect(absent.code == 1 && absent.errors.contains("absent.json"))
    }

    @Test("What could not be read stays unknown, and nothing would be done about it")
    func unknown() async throws {
        let session = try Session()
        try session.tools.on("observe", "echo 'Error: the node is down' >&2; exit 69")
        let run = try await exported(session)
        #expect(run.code == 1 && run.errors.contains("the snapshot says so"), "\(run)")
        let path = try session.home.write(run.output, to: "snapshot.json")
        let plan = try await plan(session, "--against", path, "-o", "json")
        #expect(plan.code == 1, "\(plan)")
        let json = try plan.json()
        #expect(json["steps"] == [] && json["drift"] == [])
        #expect(json["unknown"]?["policy"] != nil)
    }

    private func report(_ spec: String, _ policies: [ResourceID] = []) throws -> PlanReport {
        let text = """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: "a|b <script>" }
            spec:
              hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker] }]

            """ + spec
        let loaded = ManifestLoader.load([SourceFile(path: "<img>|.yaml", text: text)])
        let manifest = try #require(loaded.manifest, "\(loaded.diagnostics)")
        var readings = Dictionary(
            uniqueKeysWithValues: Set(manifest.resources.map(\.id.kind)).map { ($0, Reading.known([:])) })
        readings["policy"] = .known(
            Dictionary(uniqueKeysWithValues: policies.map { ($0, Resource($0, ["pattern": "|<b>`", "priority": 9])) }))
        let snapshot = ClusterSnapshot(
            cluster: manifest.name, host: "@everyone", revision: nil,
            observation: Observation(
                readings: readings, cluster: .unknown("<script>"), readAt: Timestamp(milliseconds: 0)), created: [])
        let plan = try SnapshotPlan(of: manifest, against: snapshot)
        return PlanReport(manifest: manifest, revision: "r", run: plan.run, isFull: false, against: plan)
    }

    @Test("The comment is one table, with every text of others in code and every bar in it escaped")
    func hostileMarkdown() throws {
        let name = #"x|y\|`z` <script>@everyone</details>"#
        let hostile = ResourceID("policy", vhost: "/", name: name)
        let markdown = try report(
            "  policies: [{ name: '\(name)', vhost: /, pattern: ^, definition: { max-length: 1 } }]",
            [hostile, ResourceID("policy", vhost: "<i>", name: "|")]
        ).markdown
        let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
        #expect(rows.count == 4, "\(rows)")
        for row in rows { #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 4, "\(row)") }
        #expect(markdown.contains("x\\|y\\\\|`z`"))
        let outside = MarkdownText.outsideOfCode(markdown)
        for trace in ["<script", "<i>", "<img", "@everyone", "<b>"] { #expect(!outside.contains(trace), "\(trace)") }
        #expect(outside.matches(of: /<details>/).count == outside.matches(of: /<\/details>/).count)
        #expect(markdown.contains("`pattern`, `applyTo`") && markdown.contains("<details><summary>"))
    }

    @Test("Ten thousand differences with long names fit a comment, with every part that was opened closed")
    func boundedMarkdown() throws {
        let long = String(repeating: "é|", count: 60)
        let entries = (0..<10_000).map {
            "  - { name: 'p\($0)-\(long)', vhost: /, pattern: ^, definition: { max-length: \($0) } }"
        }
        let old = (0..<5000).map { ResourceID("policy", vhost: "/", name: "p\($0)-\(long)") }
        let markdown = try report("  policies:\n" + entries.joined(separator: "\n"), old).markdown
        #expect(markdown.count <= 60_000)
        #expect(markdown.utf16.count < 65_536)
        #expect(markdown.contains("more are not in this table") && markdown.contains("… and "))
        #expect(markdown.matches(of: /<details>/).count == markdown.matches(of: /<\/details>/).count)
    }
}
