import ClusterModel
import HostAccess
import Providers
import TestSupport
import Testing

/// A reading whose tool misbehaves is unknown, with a sentence that says why; it never throws and never is empty.
@Suite struct ToolFaultTests {
    let tools = Result { try FakeTools() }
    static let now = Timestamp(milliseconds: 0)

    /// Why nothing is known, when the reading goes wrong in this way.
    private func reason(_ body: String, deadline: Duration = .seconds(30)) async throws -> String {
        let tools = try tools.get()
        try tools.on("observe", body)
        let reading = await BrokerReader(tools: tools.broker(read: deadline)).observe(at: Self.now)
        #expect(reading.definitions == nil)
        guard case .unknown(let reason)? = reading.observation.readings["policy"] else {
            Issue.record("a broken reading was taken for one")
            return ""
        }
        for (kind, reading) in reading.observation.readings where kind != "plugins" {
            #expect(reading.resources == nil, "\(kind)")
        }
        return reason
    }

    @Test("A whole reading is known, and costs one process")
    func whole() async throws {
        let tools = try tools.get()
        let reading = await BrokerReader(tools: tools.broker()).observe(at: Self.now)
        #expect(reading.observation.readings["user"]?.resources?.count == 1)
        #expect(reading.observation.readings["policy"]?.resources?.isEmpty == true)
        #expect(reading.observation.cluster.view != nil)
        #expect(tools.calls == ["rabbitmqctl -q eval_file observe"])
    }

    @Test("Definitions that can't be read leave the cluster known, and the other way round")
    func halves() async throws {
        let words = try await reason(
            "echo \"WARREN cluster $(base64 -w0 < status)\"; record failed-definitions '{aborted,no_exists}'")
        #expect(words == "the broker's definitions could not be read: {aborted,no_exists}")
        let tools = try tools.get()
        let reading = await BrokerReader(tools: tools.broker()).observe(at: Self.now)
        #expect(reading.observation.cluster.view != nil)
        try tools.on("observe", "echo \"WARREN definitions $(base64 -w0 < export)\"")
        let other = await BrokerReader(tools: tools.broker()).observe(at: Self.now)
        #expect(other.definitions != nil)
        #expect(other.observation.cluster.view == nil)
    }

    @Test("A tool that hangs is killed at its deadline, with the sentence that says so")
    func hangs() async throws {
        let words = try await reason("sleep 100", deadline: .seconds(2))
        #expect(words.contains("gave no answer within 2.0 seconds and was killed"))
    }

    @Test(
        "Garbage, silence and half a document with exit code 0 are unknown",
        arguments: [
            "echo 'Hello, world'", "exit 0", "echo 'WARREN definitions %%%'", "record definitions '[]'",
            "record definitions '{}'", "record definitions '{\"users\":[],\"vhosts\":[]}'",
            "record definitions \"$(head -c 200 export)\"", "record other x", "head -c 50000000 /dev/zero",
        ])
    func garbage(_ body: String) async throws {
        let words = try await reason(body)
        #expect(words.hasPrefix("the tool exited with 0 and its answer can't be used: "), "\(words)")
    }

    @Test("More than the limit is said")
    func huge() async throws {
        #expect(
            try await reason("head -c 70000000 /dev/zero").contains("wrote more than 67108864 bytes and was killed"))
    }

    @Test(
        "Lines beside the records are left out",
        arguments: [
            "2026-01-01 10:00:00.000 [error] <0.1.0> Cookie", "[error] {not json", "WARREN", "WARREN x", "", "{}x",
            "VM is running with native name encoding of latin1",
        ])
    func logLines(_ line: String) async throws {
        let tools = try tools.get()
        try tools.scratch.write(line + "\n", to: "line")
        try tools.on("observe", "cat line; answer; cat line")
        let reading = await BrokerReader(tools: tools.broker()).observe(at: Self.now)
        #expect(reading.definitions?[.users].count == 1)
    }

    @Test("A tool that is missing, may not be executed or is a folder: each is said")
    func notThere() async throws {
        let tools = try tools.get()
        let path = tools.scratch.path("rabbitmqctl")
        func words() async -> String {
            do {
                _ = try await BrokerReader(tools: tools.broker()).clusterView()
                return "known"
            } catch {
                return error.description
            }
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
        try tools.on("look", "head -c 100 status; \(end)")
        do {
            _ = try await BrokerReader(tools: tools.broker()).clusterView()
            Issue.record("a reading that was cut off was taken for one")
        } catch {
            #expect(error.mayHaveTakenEffect)
            #expect(error.description.hasPrefix("the tool "))
        }
    }

    @Test(
        "A cluster's state of which half is there is unknown",
        arguments: [
            "", "{", #"{"running_nodes":[]}"#, "nonsense", #"{"running_nodes":["a"],"disk_nodes":["a"]}"#,
            #"{"running_nodes":["a"],"disk_nodes":["a"],"version":"new"}"#,
        ])
    func halfStatus(_ status: String) async throws {
        let tools = try tools.get()
        try tools.set("status", status)
        do {
            _ = try await BrokerReader(tools: tools.broker()).clusterView()
            Issue.record("a broken state was taken for one")
        } catch {
            #expect(error.description.hasPrefix("the tool exited with 0 and its answer can't be used: "))
        }
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
