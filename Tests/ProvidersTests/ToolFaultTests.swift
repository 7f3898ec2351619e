import ClusterModel
import HostAccess
import Providers
import TestSupport
import Testing

/// A reading whose tool misbehaves is unknown, with a sentence that says why; it never throws and never is empty.
@Suite struct ToolFaultTests {
    let tools = Result { try FakeTools() }
    static let now = Timestamp(milliseconds: 0)

    /// Why nothing is known, when the export goes wrong in this way.
    private func reason(_ export: String, deadline: Duration = .seconds(30)) async throws -> String {
        let tools = try tools.get()
        try tools.on("export_definitions", export)
        let reading = await BrokerReader(tools: tools.broker(read: deadline)).observe(at: Self.now)
        #expect(reading.definitions == nil)
        if deadline > .seconds(10) {
            #expect(reading.observation.cluster.view != nil, "the cluster's own reading is its own")
        }
        guard case .unknown(let reason)? = reading.observation.readings["policy"] else {
            Issue.record("a broken export was taken for one")
            return ""
        }
        for (kind, reading) in reading.observation.readings where kind != "plugins" {
            #expect(reading.resources == nil, "\(kind)")
        }
        return reason
    }

    @Test("A whole export is known")
    func whole() async throws {
        let reading = try await BrokerReader(tools: tools.get().broker()).observe(at: Self.now)
        #expect(reading.observation.readings["user"]?.resources?.count == 1)
        #expect(reading.observation.readings["policy"]?.resources?.isEmpty == true)
    }

    @Test("A view from a moment ago saves a process, and takes the name that the definitions have since")
    func recentView() async throws {
        let tools = try tools.get()
        let named = FakeTools.blank.replacing(
            #""global_parameters":[]"#, with: #""global_parameters":[{"name":"cluster_name","value":"orders"}]"#)
        try tools.on("export_definitions", "cat <<'END'\n\(named)\nEND")
        let view = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "before", members: [FakeTools.node],
            runningMembers: [FakeTools.node])
        let reading = await BrokerReader(tools: tools.broker()).observe(at: Self.now, recently: view)
        #expect(reading.observation.cluster.view?.clusterName == "orders")
        #expect(reading.observation.cluster.view?.runningMembers == [FakeTools.node])
        #expect(tools.calls(of: "cluster_status") == 0)
        #expect(tools.calls(of: "export_definitions") == 1)
    }

    @Test("A tool that hangs is killed at its deadline, with the sentence that says so")
    func hangs() async throws {
        let words = try await reason("sleep 100", deadline: .seconds(2))
        #expect(words.contains("gave no answer within 2.0 seconds and was killed"))
    }

    @Test("Garbage with exit code 0 is unknown")
    func garbage() async throws {
        let words = try await reason("echo 'Hello, world'")
        #expect(
            words
                == "the tool exited with 0 and its answer can't be used: export_definitions printed no definitions document"
        )
    }

    @Test("No output at all with exit code 0 is unknown")
    func silence() async throws {
        #expect(try await reason("exit 0").contains("printed no definitions document"))
    }

    @Test("Half a document is unknown, also when what is there is whole as JSON")
    func half() async throws {
        #expect(try await reason("head -c 200 export").contains("can't be used"))
        #expect(try await reason(#"echo '{"users":[],"vhosts":[]}'"#).contains("can't be used"))
        #expect(try await reason("echo '[]'").contains("can't be used"))
        #expect(try await reason("echo '{}'").contains("can't be used"))
    }

    @Test("50 MB of garbage are unknown, and more than the limit is said")
    func huge() async throws {
        #expect(try await reason("head -c 50000000 /dev/zero").contains("can't be used"))
        #expect(
            try await reason("head -c 70000000 /dev/zero").contains("wrote more than 67108864 bytes and was killed"))
    }

    @Test(
        "Log lines before the document are left out",
        arguments: [
            "2026-01-01 10:00:00.000 [error] <0.1.0> Cookie", "[error] {not json", "[warning] this is a line",
            "15:29:30 [warning] x",
            "", "{}x", "VM is running with native name encoding of latin1",
        ])
    func logLines(_ line: String) async throws {
        let tools = try tools.get()
        try tools.scratch.write(line + "\n", to: "line")
        try tools.on("export_definitions", "cat line; echo; cat export")
        let result = await BrokerReader(tools: tools.broker()).definitions()
        if line == "{}x" {
            #expect(throws: BrokerFailure.self) { try result.get() }
        } else {
            #expect(try result.get()[.users].count == 1)
        }
    }

    @Test("A tool that is missing, may not be executed or is a folder: each is said")
    func notThere() async throws {
        let tools = try tools.get()
        let path = tools.scratch.path("rabbitmqctl")
        func words() async -> String {
            guard case .unknown(let words) = await BrokerReader(tools: tools.broker()).clusterReading() else {
                return "known"
            }
            return words
        }
        try tools.scratch.write("", to: "rabbitmqctl", mode: 0o644)
        #expect(await words() == "\(path) could not be started: it may not be executed; see its mode and owner.")
        try tools.scratch.write("#!/nonexistent/interpreter\n", to: "rabbitmqctl", mode: 0o755)
        #expect(await words().contains("\(path) could not be started"))
        _ = try await ProcessRunner().run(
            Invocation(executable: "/bin/sh", arguments: ["-c", "rm \(path)"], deadline: .seconds(10)))
        #expect(await words() == "\(path) could not be started: there is no such program.")
        try Directory.make(path, mode: 0o755)
        #expect(await words().hasPrefix("\(path) could not be started: "))
    }

    @Test("A tool that is killed midway is told from one that failed", arguments: ["kill -9 $$", "exit 137"])
    func killed(_ end: String) async throws {
        let tools = try tools.get()
        try tools.on("export_definitions", "head -c 100 export; \(end)")
        let result = await BrokerReader(tools: tools.broker()).definitions()
        guard case .failure(.killed(let how)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(how.hasPrefix("the tool "))
        #expect(BrokerFailure.killed(how).mayHaveTakenEffect)
    }

    @Test(
        "A cluster status of which half is there is unknown",
        arguments: [
            "head -c 60 status", #"echo '{"running_nodes":[]}'"#, "echo nonsense",
            #"echo '{"running_nodes":["a"],"disk_nodes":["a"],"versions":{}}'"#,
        ])
    func halfStatus(_ body: String) async throws {
        let tools = try tools.get()
        try tools.on("cluster_status", body)
        guard case .unknown(let words) = await BrokerReader(tools: tools.broker()).clusterReading() else {
            Issue.record("a broken status was taken for one")
            return
        }
        #expect(
            words == "the tool exited with 0 and its answer can't be used: cluster_status printed no cluster status")
    }

    @Test("The list of plugins that can't be parsed is unknown, one that is missing enables none")
    func plugins() async throws {
        let tools = try tools.get()
        try tools.scratch.write("not a list", to: "enabled_plugins")
        var reading = await BrokerReader(tools: tools.broker()).observe(at: Self.now).observation.readings["plugins"]
        #expect(reading?.resources == nil)
        _ = try await ProcessRunner().run(
            Invocation(
                executable: "/bin/rm", arguments: [tools.scratch.path("enabled_plugins")], deadline: .seconds(10)))
        reading = await BrokerReader(tools: tools.broker()).observe(at: Self.now).observation.readings["plugins"]
        #expect(reading?.resources?.values.first?["enabled"] == [])
    }
}
