import HostAccess
import Synchronization

/// A `rabbitmqctl` that has read the broker and waits for what is to be done next.
///
/// Whatever one `rabbitmqctl` does, its start alone takes about a third of a second: a run that reads, changes and reads
/// again pays for it once. The process ends when the last reference goes.
public final class BrokerSession: Sendable {
    private let conversation: Conversation
    private let over = Mutex(false)

    init(_ conversation: Conversation) { self.conversation = conversation }

    /// Whether the process has ended, such as by an error that no script expects.
    var isOver: Bool { over.withLock { $0 } }

    /// Runs another script and gives what it printed.
    func run(_ script: ErlangScript, deadline: Duration) async throws(BrokerFailure) -> ProcessResult {
        await conversation.say(script.told, time: deadline)
        return try await hear()
    }

    /// What was printed up to the next pause. A process that has ended has failed, or has nothing more to say.
    func hear() async throws(BrokerFailure) -> ProcessResult {
        let heard: Conversation.Heard
        do throws(ProcessFailure) {
            heard = try await conversation.hear()
        } catch {
            over.withLock { $0 = true }
            throw BrokerFailure(error)
        }
        switch heard {
        case .pause(let bytes):
            return ProcessResult(status: .exited(0), stdoutBytes: bytes, stderr: "", duration: .zero)
        case .end(let result):
            over.withLock { $0 = true }
            return try result.succeeded()
        }
    }

    /// Lets the process end, and waits until it has.
    public func end() async { await conversation.end() }
}
