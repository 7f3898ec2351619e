import ClusterModel
import StateStore
import Synchronization

/// How the run ended that a person or a program asked for.
public enum RunAnswer: Hashable, Sendable {
    case ran(run: Int64?, RunResult, sentence: String)
    /// No run could be made, and why.
    case failed(String?)

    init(_ run: RunReport) { self = .ran(run: run.id, run.result, sentence: run.sentence) }
}

/// Those who wait for the next run. Any number of them share one.
final class Requests: Sendable {
    private let waiting = Mutex<[CheckedContinuation<RunAnswer, Never>]>([])

    func add(_ waiter: CheckedContinuation<RunAnswer, Never>) { waiting.withLock { $0.append(waiter) } }

    /// Those who asked before the run that begins now. Who asks while it is under way waits for the next one, as it may
    /// have looked already.
    func take() -> [CheckedContinuation<RunAnswer, Never>] {
        waiting.withLock { all in
            defer { all = [] }
            return all
        }
    }

    func answer(_ waiters: [CheckedContinuation<RunAnswer, Never>], with answer: RunAnswer) {
        for waiter in waiters { waiter.resume(returning: answer) }
    }
}

extension Agent {
    /// Asks for a run now, and returns when it has ended.
    public nonisolated func request() async -> RunAnswer {
        await withCheckedContinuation { waiter in
            requests.add(waiter)
            wake(.request)
        }
    }
}

/// What is said over the agent's socket: a line, and an answer in JSON.
public enum AgentSocket {
    /// Beside the state file, as its lock is.
    public static func path(state: String) -> String { state + ".sock" }

    static let reconcile = "reconcile"
    static let reconcileAndWait = "reconcile wait"

    /// What the agent answers.
    static func json(_ answer: RunAnswer) -> JSONValue {
        switch answer {
        case .ran(let run, let result, let sentence):
            [
                "run": run.map { .integer(Int($0)) } ?? .null, "result": .string(result.rawValue),
                "sentence": .string(sentence),
            ]
        case .failed(let reason): ["error": .string(reason ?? "no manifest is in force; see the agent's log")]
        }
    }
}
