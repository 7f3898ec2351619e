import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// Whatever can run an invocation: the real runner, or one that a test puts around it.
public protocol ProcessRunning: Sendable {
    func run(_ invocation: Invocation) async throws(ProcessFailure) -> ProcessResult
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
        let outcome = await turnstile.pass { await self.attempt(invocation) }
        guard let outcome else { throw .cancelled(executable: invocation.executable) }
        return try outcome.get()
    }

    private func attempt(_ invocation: Invocation) async -> Result<ProcessResult, ProcessFailure> {
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
        Task { sink.yield(await self.spawn(invocation, watch: watch, begun: begun)) }
        let guardian = Task {
            try await Task.sleep(for: invocation.deadline)
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
            return .failure(.deadlineExceeded(executable: name, after: invocation.deadline))
        }
        // The sequence ends without a result where the caller's task is cancelled.
        await watch.end(because: .cancelled)
        return .failure(.cancelled(executable: name))
    }

    /// Runs the program to its end. Its task is never cancelled: the watch ends the child, with all its children.
    private func spawn(
        _ invocation: Invocation, watch: ChildWatch, begun: ContinuousClock.Instant
    ) async -> Result<ProcessResult, ProcessFailure> {
        let name = invocation.executable
        let input: FileDescriptor
        do {
            input = try Self.input(of: invocation)
        } catch {
            return .failure(.couldNotRun(executable: name, reason: error.reason))
        }
        count.withLock { $0 += 1 }
        let command = invocation.command
        do {
            let result = try await Subprocess.run(
                .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(
                    Dictionary(
                        uniqueKeysWithValues: invocation.environment.map { (Environment.Key(stringLiteral: $0), $1) })),
                workingDirectory: FilePath(invocation.workingDirectory), platformOptions: Self.options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .bytes(limit: invocation.outputLimit), error: .bytes(limit: invocation.outputLimit)
            ) { execution in
                watch.started(execution.processIdentifier.value)
            }
            let status: ExitStatus =
                switch result.terminationStatus {
                case .exited(let code): .exited(Int(code))
                case .signaled(let signal): .signalled(Int(signal))
                }
            return .success(
                ProcessResult(
                    status: status, stdoutBytes: result.standardOutput,
                    stderr: String(decoding: result.standardError, as: UTF8.self), duration: begun.duration(to: .now)))
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            await watch.sweep()
            return .failure(.outputTooLarge(executable: name, limit: invocation.outputLimit))
        } catch {
            await watch.sweep()
            return .failure(.couldNotRun(executable: name, reason: Self.reason(of: error)))
        }
    }

    private static func input(of invocation: Invocation) throws(FileFailure) -> FileDescriptor {
        if let bytes = invocation.standardInput { return try StandardInput.descriptor(holding: bytes) }
        let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw FileFailure("/dev/null", "be opened", errno) }
        return FileDescriptor(rawValue: number)
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: ChildWatch.grace)
        ]
        return options
    }

    private static func obstacle(_ path: String) -> String {
        (try? FileStatus(path)) == nil ? "there is no such program" : "it may not be executed; see its mode and owner"
    }

    private static func reason(of error: any Error) -> String {
        guard let error = error as? SubprocessError else { return "\(error)" }
        if let cause = error.underlyingError { return systemErrorText(cause.rawValue) }
        return "\(error)"
    }
}
