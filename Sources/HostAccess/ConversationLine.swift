@preconcurrency import Dispatch
import Glibc
import Synchronization

/// What connects a conversation with its program: a socket that is the program's standard input and output, since what
/// is written into a pipe whose reader has ended is a signal that takes this process down.
final class ConversationLine: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var outcome: Result<ProcessResult, ProcessFailure>?
        var waiter: CheckedContinuation<Void, Never>?
        var process: Task<Void, Never>?
        var isTooLong = false
    }

    private let state = Mutex(State())
    private let socket: Int32
    private let pause: [UInt8]
    private let limit: Int
    private let reading: any DispatchSourceRead
    /// Reading, and what follows from it, one after another.
    private let queue = DispatchQueue(label: "warren.conversation")

    /// - Parameters:
    ///   - pause: the line with which the program says that it waits.
    ///   - limit: how many bytes it may print between two pauses.
    ///   - run: runs the program to its end, with the socket's other side, which it closes.
    init(
        pause: String, limit: Int,
        run: @escaping @Sendable (Int32) async -> Result<ProcessResult, ProcessFailure>
    ) throws(FileFailure) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw FileFailure("a pair of sockets", "be made", errno)
        }
        let (own, other) = (ends[0], ends[1])
        socket = own
        self.pause = Array((pause + "\n").utf8)
        self.limit = limit
        reading = DispatchSource.makeReadSource(fileDescriptor: own, queue: queue)
        reading.setEventHandler { self.read() }
        reading.activate()
        state.withLock { state in
            state.process = Task { self.ended(await run(other)) }
        }
    }

    deinit { close(socket) }

    /// All that was printed up to the pause, or how the program ended. Each is told once.
    func heard() async -> Result<Conversation.Heard, ProcessFailure> {
        while true {
            let heard: Result<Conversation.Heard, ProcessFailure>? = state.withLock { state in
                if state.bytes.count >= pause.count, state.bytes.suffix(pause.count).elementsEqual(pause) {
                    defer { state.bytes = [] }
                    return .success(.pause(state.bytes.dropLast(pause.count)))
                }
                return state.outcome?.map { result in
                    .end(
                        ProcessResult(
                            status: result.status, stdoutBytes: state.bytes, stderr: result.stderr,
                            duration: result.duration))
                }
            }
            if let heard { return heard }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.outcome != nil || state.bytes.suffix(pause.count).elementsEqual(pause) { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Sends all of it, or as much as the program takes before it ends.
    func send(_ bytes: [UInt8]) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [socket] in
                var sent = 0
                while sent < bytes.count {
                    let count = bytes[sent...].withUnsafeBytes {
                        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    sent += count
                }
                continuation.resume()
            }
        }
    }

    func endInput() { shutdown(socket, Int32(SHUT_WR)) }

    func cancel() { state.withLock(\.process)?.cancel() }

    /// Takes what is there. A program that prints without end is killed.
    private func read() {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(socket, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EINTR { continue }
            if count == 0 { reading.cancel() }
            guard count > 0 else { break }
            let isTooLong = state.withLock { state in
                state.bytes += chunk[..<count]
                state.isTooLong = state.bytes.count > limit
                return state.isTooLong
            }
            if isTooLong { return cancel() }
        }
        wake()
    }

    private func ended(_ outcome: Result<ProcessResult, ProcessFailure>) {
        queue.async {
            self.read()
            self.reading.cancel()
            self.state.withLock { state in
                state.outcome = outcome
                if state.isTooLong, case .failure(.cancelled(let executable)) = outcome {
                    state.outcome = .failure(.outputTooLarge(executable: executable, limit: self.limit))
                }
                state.process = nil
            }
            self.wake()
        }
    }

    private func wake() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
