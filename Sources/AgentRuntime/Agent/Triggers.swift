import StateStore
import Synchronization

/// What makes the agent look, coalesced: however many causes come while a run is under way, one more run follows.
final class Triggers: Sendable {
    /// Yields once for any number of causes that nobody has taken yet.
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let waiting = Mutex<RunCause?>(nil)

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Of several causes, the one that says most stays.
    func wake(_ cause: RunCause) {
        waiting.withLock { known in
            known = known.map { $0.weight >= cause.weight ? $0 : cause } ?? cause
        }
        continuation.yield()
    }

    /// The cause of the run that begins now; nil where another run has taken it already.
    func take() -> RunCause? {
        waiting.withLock { cause in
            defer { cause = nil }
            return cause
        }
    }

    func finish() { continuation.finish() }
}

extension RunCause {
    fileprivate var weight: Int {
        switch self {
        case .resync: 0
        case .event: 1
        case .commit: 2
        case .request: 3
        case .boot: 4
        }
    }
}
