import ClusterModel
import HostAccess

/// Runs the broker's own tools: `rabbitmqctl`, `rabbitmq-plugins`, `rabbitmq-diagnostics`.
public struct BrokerTools: Sendable {
    public let installation: BrokerInstallation
    public let runner: any ProcessRunning
    /// How long a reading may take.
    public let readDeadline: Duration
    /// How long a writing may take: a first import of 10,000 policies takes minutes.
    public let writeDeadline: Duration

    public init(
        installation: BrokerInstallation, runner: any ProcessRunning, readDeadline: Duration = .seconds(60),
        writeDeadline: Duration = .seconds(600)
    ) {
        self.installation = installation
        self.runner = runner
        self.readDeadline = readDeadline
        self.writeDeadline = writeDeadline
    }

    /// The tool's standard output, when it exited with 0.
    public func read(_ tool: String, _ arguments: [String]) async throws(BrokerFailure) -> ProcessResult {
        try await run(tool, arguments, deadline: readDeadline)
    }

    /// Runs a command with its document in a private file.
    public func write(_ command: BrokerCommand) async throws(BrokerFailure) -> ProcessResult {
        guard let document = command.document else {
            return try await run(command.tool, command.arguments(file: ""), deadline: writeDeadline)
        }
        return try await withDocument(document) { path throws(BrokerFailure) in
            try await run(command.tool, command.arguments(file: path), deadline: writeDeadline)
        }
    }

    /// Evaluates an Erlang script inside the broker and gives what it printed.
    ///
    /// `eval_file`, since `eval` on standard input hangs for ever on 4.x with any flag (facts §0).
    func evaluate(_ script: String) async throws(BrokerFailure) -> [Int: [UInt8]] {
        let result = try await withDocument(script) { path throws(BrokerFailure) in
            try await run("rabbitmqctl", ["-q", "eval_file", path], deadline: readDeadline)
        }
        return ScriptResult.parse(result.stdout)
    }

    private func withDocument(
        _ text: String, _ body: (String) async throws(BrokerFailure) -> ProcessResult
    ) async throws(BrokerFailure) -> ProcessResult {
        do {
            return try await installation.withExchangeFile(Array(text.utf8), body)
        } catch let failure as BrokerFailure {
            throw failure
        } catch {
            throw .toolUnusable("no private file could be made for the broker's tools: \(error)")
        }
    }

    private func run(
        _ tool: String, _ arguments: [String], deadline: Duration
    ) async throws(BrokerFailure) -> ProcessResult {
        let result: ProcessResult
        do throws(ProcessFailure) {
            result = try await runner.run(installation.invocation(tool: tool, arguments: arguments, deadline: deadline))
        } catch {
            throw error.mayHaveTakenEffect ? .deadlineExceeded("\(error)") : .toolUnusable("\(error)")
        }
        guard result.status.isSuccess else {
            let failure = BrokerFailure(exit: result.status, output: result.stdout, errors: result.stderr)
            guard failure == .appStopped, await isBooting() else { throw failure }
            throw .booting
        }
        return result
    }

    /// Whether a node whose application does not run is on its way up.
    private func isBooting() async -> Bool {
        let invocation = installation.invocation(
            tool: "rabbitmq-diagnostics", arguments: ["-q", "is_booting", "--formatter", "json"],
            deadline: readDeadline)
        guard let result = try? await runner.run(invocation), let json = try? JSONValue(parsing: result.stdoutBytes)
        else { return false }
        return json["result"] == true
    }
}

extension BrokerCommand {
    func arguments(file path: String) -> [String] {
        arguments.map { if case .text(let text) = $0 { text } else { path } }
    }
}
