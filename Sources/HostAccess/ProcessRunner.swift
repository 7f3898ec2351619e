import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// Whatever can run an invocation: the real runner, or one that a test puts around it.
public protocol ProcessRunning: Sendable {
    func run(_ invocation: Invocation) async throws(ProcessFailure) -> ProcessResult
    /// Starts a program to talk with, which prints the line `pause` whenever it waits to be told something. The
    /// invocation's deadline is that of its first answer; its standard input is not used.
    func converse(_ invocation: Invocation, pause: String) throws(ProcessFailure) -> Conversation
    /// How many processes were started so far, so that a run can tell what it cost.
    var started: Int { get }
}

/// Runs programs: no shell, nothing inherited, in a session of their own, under a deadline that takes everything
/// they started along. At most `concurrency` of them run at once, as the broker's tools fail beyond eleven.
public final class ProcessRunner: ProcessRunning {
    private let turnstile: Turnstile
    private let count = Mutex(0)

    public init(concurrency: Int = 4) { turnstile = Turnstile(places: concurrency) }

    public var started: Int { count.withLock { $0 } }

    public func run(_ invocation: Invocation) async throws(ProcessFailure) -> ProcessResult {
        try await inTurn(invocation, deadline: Deadline(invocation.deadline)).get()
    }

    public func converse(_ invocation: Invocation, pause: String) throws(ProcessFailure) -> Conversation {
        let deadline = Deadline(invocation.deadline)
        do throws(FileFailure) {
            let line = try ConversationLine(pause: pause, limit: invocation.outputLimit) { socket in
                defer { close(socket) }
                return await self.inTurn(invocation, over: FileDescriptor(rawValue: socket), deadline: deadline)
            }
            return Conversation(line, deadline: deadline)
        } catch {
            throw .couldNotRun(executable: invocation.executable, reason: "\(error)")
        }
    }

    private func inTurn(
        _ invocation: Invocation, over socket: FileDescriptor? = nil, deadline: Deadline
    ) async -> Result<ProcessResult, ProcessFailure> {
        let outcome = await turnstile.pass { await self.attempt(invocation, over: socket, deadline: deadline) }
        return outcome ?? .failure(.cancelled(executable: invocation.executable))
    }

    private func attempt(
        _ invocation: Invocation, over socket: FileDescriptor?, deadline: Deadline
    ) async -> Result<ProcessResult, ProcessFailure> {
        let name = invocation.executable
        guard !Task.isCancelled else { return .failure(.cancelled(executable: name)) }
        guard name.hasPrefix("/") else {
            return .failure(.couldNotRun(executable: name, reason: "its path is not absolute"))
        }
        guard FileStatus.isExecutable(name) else {
            return .failure(.couldNotRun(executable: name, reason: Self.obstacle(name)))
        }
        let watch = ChildWatch()
        let begun = ContinuousClock.now
        // Neither task is waited for: whatever becomes of the child, the caller has its answer at the deadline.
        let (results, sink) = AsyncStream.makeStream(of: Result<ProcessResult, ProcessFailure>.self)
        Task { sink.yield(await self.spawn(invocation, over: socket, watch: watch, begun: begun)) }
        let guardian = Task {
            try await deadline.passed()
            await watch.end(because: .deadline)
            try await Task.sleep(for: .seconds(2))
            sink.yield(.failure(.deadlineExceeded(executable: name, after: invocation.deadline)))
        }
        defer { guardian.cancel() }
        for await result in results {
            watch.finished()
            guard watch.reason == nil else { break }
            return result
        }
        guard watch.reason == nil else {
            // The child may be gone before what it started.
            await watch.sweep()
            return .failure(.deadlineExceeded(executable: name, after: deadline.time))
        }
        // The sequence ends without a result where the caller's task is cancelled.
        await watch.end(because: .cancelled)
        return .failure(.cancelled(executable: name))
    }

    /// Runs the program to its end. Its task is never cancelled: the watch ends the child, with all its children.
    private func spawn(
        _ invocation: Invocation, over socket: FileDescriptor?, watch: ChildWatch, begun: ContinuousClock.Instant
    ) async -> Result<ProcessResult, ProcessFailure> {
        let name = invocation.executable
        let input: FileDescriptor
        do throws(FileFailure) {
            input = if let socket { try Self.copy(of: socket) } else { try Self.input(of: invocation) }
        } catch {
            return .failure(.couldNotRun(executable: name, reason: error.reason))
        }
        count.withLock { $0 += 1 }
        do {
            let ended =
                if let socket {
                    try await execute(
                        invocation, input, .fileDescriptor(socket, closeAfterSpawningProcess: false), watch
                    ) { _ in [] }
                } else {
                    try await execute(invocation, input, .bytes(limit: invocation.outputLimit), watch) { $0 }
                }
            return .success(
                ProcessResult(
                    status: ended.status, stdoutBytes: ended.output, stderr: ended.errors,
                    duration: begun.duration(to: .now)))
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            await watch.sweep()
            return .failure(.outputTooLarge(executable: name, limit: invocation.outputLimit))
        } catch {
            await watch.sweep()
            return .failure(.couldNotRun(executable: name, reason: Self.reason(of: error)))
        }
    }

    private func execute<Output: OutputProtocol>(
        _ invocation: Invocation, _ input: FileDescriptor, _ output: Output, _ watch: ChildWatch,
        bytes: (Output.OutputType) -> [UInt8]
    ) async throws -> (status: ExitStatus, output: [UInt8], errors: String) {
        let command = invocation.command
        let result = try await Subprocess.run(
            .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
            environment: Self.environment(of: invocation),
            workingDirectory: FilePath(invocation.workingDirectory), platformOptions: Self.options,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: output, error: .bytes(limit: invocation.outputLimit)
        ) { execution in
            watch.started(execution.processIdentifier.value)
        }
        return (
            ExitStatus(result.terminationStatus), bytes(result.standardOutput),
            String(decoding: result.standardError, as: UTF8.self)
        )
    }

    private static func copy(of descriptor: FileDescriptor) throws(FileFailure) -> FileDescriptor {
        let number = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
        guard number >= 0 else { throw FileFailure("a socket", "be copied", errno) }
        return FileDescriptor(rawValue: number)
    }

    static func environment(of invocation: Invocation) -> Environment {
        .custom(
            Dictionary(uniqueKeysWithValues: invocation.environment.map { (Environment.Key(stringLiteral: $0), $1) }))
    }

    static func input(of invocation: Invocation) throws(FileFailure) -> FileDescriptor {
        if let bytes = invocation.standardInput { return try StandardInput.descriptor(holding: bytes) }
        let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw FileFailure("/dev/null", "be opened", errno) }
        return FileDescriptor(rawValue: number)
    }

    static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: ChildWatch.grace)
        ]
        return options
    }

    static func obstacle(_ path: String) -> String {
        (try? FileStatus(path)) == nil ? "there is no such program" : "it may not be executed; see its mode and owner"
    }

    static func reason(of error: any Error) -> String {
        guard let error = error as? SubprocessError else { return "\(error)" }
        if let cause = error.underlyingError { return systemErrorText(cause.rawValue) }
        return "\(error)"
    }
}

extension ExitStatus {
    init(_ status: TerminationStatus) {
        self =
            switch status {
            case .exited(let code): .exited(Int(code))
            case .signaled(let signal): .signalled(Int(signal))
            }
    }
}
