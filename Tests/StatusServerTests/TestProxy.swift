import ClusterModel
import HostAccess
import StatusServer
import TestSupport

/// A real HAProxy on loopback ports with one server, its agent-check and a command line, for as long as `body` runs.
struct TestProxy {
    let console: ListenAddress

    /// - Parameters:
    ///   - server: A port that accepts connections: the health check.
    ///   - agent: Where the agent-check is, or will be.
    static func run<Result>(server: Int, agent: Int, _ body: (TestProxy) async throws -> Result) async throws -> Result
    {
        guard let frontPort = LocalPort.anyFree(), let consolePort = LocalPort.anyFree() else {
            throw TestFailure("no free port")
        }
        let folder = try ScratchDirectory("haproxy")
        let path = try folder.write(
            """
            global
                stats socket ipv4@127.0.0.1:\(consolePort) level admin
            defaults
                mode tcp
                timeout connect 1s
                timeout client 5s
                timeout server 5s
            listen amqp
                bind 127.0.0.1:\(frontPort)
                balance leastconn
                server mq1 127.0.0.1:\(server) check inter 200ms agent-check agent-port \(agent) agent-inter 50ms

            """, to: "haproxy.cfg")
        let call = Invocation(
            executable: "/usr/sbin/haproxy", arguments: ["-db", "-f", path], deadline: .seconds(120))
        // It is ended with the task.
        let process = Task { try await ProcessRunner().run(call) }
        defer { process.cancel() }
        let proxy = TestProxy(console: ListenAddress("127.0.0.1", port: consolePort))
        guard await eventually(within: .seconds(20), { await (try? proxy.row()) != nil }) else {
            throw TestFailure("HAProxy did not start")
        }
        let result = try await body(proxy)
        process.cancel()
        _ = try? await process.value
        return result
    }

    /// A command of HAProxy's own command line.
    @discardableResult
    func command(_ text: String) async throws -> String {
        let connection = try RawConnection(console)
        connection.send(text + "\n")
        guard let answer = await connection.wholeAnswer() else { throw TestFailure("HAProxy does not answer") }
        return answer
    }

    /// What `show stat` says of the server, by column.
    func row() async throws -> [String: String] {
        let lines = try await command("show stat").split(separator: "\n")
        let rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        guard let header = rows.first, let row = rows.first(where: { $0.count > 1 && $0[1] == "mq1" }) else {
            throw TestFailure("HAProxy tells nothing")
        }
        return Dictionary(zip(header, row)) { first, _ in first }
    }

    /// Waits until the server has this status and this weight.
    func shows(_ status: String, weight: String = "1", within limit: Duration = .seconds(10)) async throws -> Bool {
        try await eventually(within: limit) {
            let row = try await row()
            return row["status"] == status && row["weight"] == weight
        }
    }

    /// Waits until so many more agent-checks ended as `agent_status` says.
    func checks(end status: String) async throws -> Bool {
        try await eventually { try await row()["agent_status"] == status }
    }
}
