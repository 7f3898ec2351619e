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

    /// Runs a command and gives what it printed.
    public func write(_ command: BrokerCommand, in session: BrokerSession? = nil) async throws(BrokerFailure)
        -> ProcessResult
    {
        guard let script = command.script else {
            return try await run(command.tool, command.arguments(file: ""), deadline: writeDeadline)
        }
        if let session, !session.isOver { return try await session.run(script, deadline: writeDeadline) }
        return try await withFile(script.alone) { path throws(BrokerFailure) in
            try await run(command.tool, command.arguments(file: path), deadline: writeDeadline)
        }
    }

    /// Evaluates a script inside the broker and gives what it printed.
    func evaluate(_ script: ErlangScript) async throws(BrokerFailure) -> ScriptRecords {
        let result = try await withFile(script.alone) { path throws(BrokerFailure) in
            try await run("rabbitmqctl", ["-q", "eval_file", path], deadline: readDeadline)
        }
        return try Self.records(result)
    }

    /// Evaluates a script inside the broker, and gives with what it printed the process, which waits for another one
    /// where the tool lets it.
    func open(_ script: ErlangScript) async throws(BrokerFailure) -> (ScriptRecords, BrokerSession) {
        var session: BrokerSession?
        let result = try await withFile(script.first) { path throws(BrokerFailure) in
            let opened = try converse(path)
            session = opened
            return try await opened.hear()
        }
        guard let session else { throw .garbled("it did not wait") }
        return (try Self.records(result), session)
    }

    private func converse(_ path: String) throws(BrokerFailure) -> BrokerSession {
        do throws(ProcessFailure) {
            return BrokerSession(
                try runner.converse(
                    installation.invocation(
                        tool: "rabbitmqctl", arguments: ["-q", "eval_file", path], deadline: readDeadline),
                    pause: ErlangScript.pause))
        } catch {
            throw BrokerFailure(error)
        }
    }

    /// What a script printed, where the node was in a state to run it.
    static func records(_ result: ProcessResult) throws(BrokerFailure) -> ScriptRecords {
        let records = ScriptRecords(printed: result.stdout)
        switch records.text("state") {
        case "stopped": throw .appStopped
        case "paused": throw .paused
        case "booting": throw .booting
        default: return records
        }
    }

    private func withFile(
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
            result = try await runner.run(
                installation.invocation(tool: tool, arguments: arguments, deadline: deadline))
        } catch {
            throw BrokerFailure(error)
        }
        return try result.succeeded()
    }
}

extension ProcessResult {
    /// The result of a tool that ended well.
    func succeeded() throws(BrokerFailure) -> ProcessResult {
        guard status.isSuccess else {
            throw BrokerFailure(exit: status, output: stdout, errors: stderr, after: duration)
        }
        return self
    }
}

extension BrokerFailure {
    init(_ failure: ProcessFailure) {
        self = failure.mayHaveTakenEffect ? .deadlineExceeded("\(failure)") : .toolUnusable("\(failure)")
    }
}
