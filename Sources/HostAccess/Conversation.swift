import Synchronization

/// A running program that is talked with: it prints, says that it waits, is told something, and prints on.
///
/// When the last reference goes, or `end` is called, the program's input ends, and so should the program; its deadline
/// ends it in any case.
public final class Conversation: Sendable {
    /// What was heard.
    public enum Heard: Sendable {
        /// All that it printed before it waited.
        case pause([UInt8])
        /// It ended, with all that it printed since the last pause.
        case end(ProcessResult)
    }

    private let line: ConversationLine
    private let deadline: Deadline

    init(_ line: ConversationLine, deadline: Deadline) {
        self.line = line
        self.deadline = deadline
    }

    deinit { line.endInput() }

    /// Waits until the program waits, or has ended.
    public func hear() async throws(ProcessFailure) -> Heard {
        let heard = await withTaskCancellationHandler {
            await line.heard()
        } onCancel: {
            line.cancel()
        }
        return try heard.get()
    }

    /// Tells the program something. Where it has ended meanwhile, `hear` says so.
    ///
    /// - Parameter time: how long it has from here, until it is killed with everything that it started.
    public func say(_ bytes: [UInt8], time: Duration) async {
        deadline.extend(by: time)
        await line.send(bytes)
    }

    /// Lets the program end, and waits until it has.
    public func end() async {
        line.endInput()
        _ = await line.heard()
    }
}

/// When a program is killed; it can be moved while the program runs.
final class Deadline: Sendable {
    private let state: Mutex<(instant: ContinuousClock.Instant, time: Duration)>

    init(_ time: Duration) { state = Mutex((.now + time, time)) }

    /// How long the program was given the last time.
    var time: Duration { state.withLock(\.time) }

    func extend(by time: Duration) { state.withLock { $0 = (.now + time, time) } }

    /// Waits until it has passed. Throws where the task is cancelled.
    func passed() async throws {
        // It may have been moved nearer meanwhile.
        while case let instant = state.withLock(\.instant), instant > .now {
            try await Task.sleep(until: min(instant, .now + .milliseconds(250)), clock: .continuous)
        }
    }
}
