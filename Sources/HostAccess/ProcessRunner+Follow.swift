import Dispatch
import Glibc
import Subprocess
import SystemPackage

extension ProcessRunner {
    /// Runs a program that writes for as long as it runs, and gives each piece of its output as soon as it is there.
    ///
    /// It takes no place of those that the runs share. It ends at the deadline or with the caller's task, together
    /// with everything that it started. A `receive` that takes its time makes the program wait.
    ///
    /// - Returns: how it ended by itself; its standard output is empty, as it was given away.
    public func follow(
        _ invocation: Invocation, receive: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(ProcessFailure) -> ProcessResult {
        let name = invocation.executable
        guard !Task.isCancelled else { throw .cancelled(executable: name) }
        guard FileStatus.isExecutable(name) else {
            throw .couldNotRun(executable: name, reason: Self.obstacle(name))
        }
        let watch = ChildWatch()
        let work = Task { await self.spawn(following: invocation, watch: watch, receive: receive) }
        let guardian = Task {
            try await Task.sleep(for: invocation.deadline)
            await watch.end(because: .deadline)
        }
        let result = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            Task { await watch.end(because: .cancelled) }
        }
        guardian.cancel()
        watch.finished()
        switch watch.reason {
        case .deadline: throw .deadlineExceeded(executable: name, after: invocation.deadline)
        case .cancelled: throw .cancelled(executable: name)
        case nil: return try result.get()
        }
    }

    private func spawn(
        following invocation: Invocation, watch: ChildWatch, receive: @escaping @Sendable ([UInt8]) -> Void
    ) async -> Result<ProcessResult, ProcessFailure> {
        let name = invocation.executable
        let command = invocation.command
        let begun = ContinuousClock.now
        do {
            let input = try Self.input(of: invocation)
            let pipe = try OutputPipe(receive: receive)
            let result = try await Subprocess.run(
                .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
                environment: Self.environment(of: invocation),
                workingDirectory: FilePath(invocation.workingDirectory), platformOptions: Self.options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .fileDescriptor(pipe.writeEnd, closeAfterSpawningProcess: true),
                error: .bytes(limit: 1 << 20)
            ) { execution in
                watch.started(execution.processIdentifier.value)
            }
            let status = ExitStatus(result.terminationStatus)
            // What is left of it holds the pipe open.
            await watch.sweep()
            await pipe.ended()
            return .success(
                ProcessResult(
                    status: status, stdoutBytes: [], stderr: String(decoding: result.standardError, as: UTF8.self),
                    duration: begun.duration(to: .now)))
        } catch let failure as FileFailure {
            return .failure(.couldNotRun(executable: name, reason: failure.reason))
        } catch {
            await watch.sweep()
            return .failure(.couldNotRun(executable: name, reason: Self.reason(of: error)))
        }
    }
}

/// A pipe whose content goes to `receive` piece by piece.
private struct OutputPipe {
    let writeEnd: FileDescriptor
    private let end: AsyncStream<Void>

    init(receive: @escaping @Sendable ([UInt8]) -> Void) throws(FileFailure) {
        var numbers: [Int32] = [0, 0]
        guard pipe(&numbers) == 0 else { throw FileFailure("a pipe", "be made", errno) }
        for number in numbers { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        let reading = numbers[0]
        writeEnd = FileDescriptor(rawValue: numbers[1])
        let (end, sink) = AsyncStream.makeStream(of: Void.self)
        self.end = end
        // A thread of its own, which waits in `read` for as long as the program runs.
        DispatchQueue(label: "warren.follow").async {
            var chunk = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = Glibc.read(reading, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                receive(Array(chunk[..<count]))
            }
            close(reading)
            sink.finish()
        }
    }

    /// Waits until everything was read. Nobody writes any more.
    func ended() async { for await _ in end {} }
}
