import Dispatch
import Glibc

/// Lets work that is interrupted from outside undo what it began.
public enum Interruption {
    /// Runs `body` in a task that is cancelled by SIGINT, SIGTERM or SIGHUP, which end this process no more meanwhile.
    public static func cancelling<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        let numbers = [SIGINT, SIGTERM, SIGHUP]
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { task.cancel() }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            for number in numbers { signal(number, SIG_DFL) }
        }
        return try await task.value
    }
}
