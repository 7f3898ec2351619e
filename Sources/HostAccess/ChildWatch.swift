import Glibc
import Synchronization

/// Knows the running child of one run, and ends it together with everything that it started.
final class ChildWatch: Sendable {
    enum Reason: Sendable { case deadline, cancelled }

    /// How long a process may take to end after SIGTERM.
    static let grace: Duration = .milliseconds(500)

    private struct State {
        var pid: Int32?
        var reason: Reason?
        var isFinished = false
        /// Everything that was seen to belong to the child, as a daemon leaves its parent's tree.
        var seen: Set<SeenProcess> = []
    }

    private let state = Mutex(State())

    var reason: Reason? { state.withLock(\.reason) }

    func started(_ pid: Int32) {
        let isOver = state.withLock { state in
            state.pid = pid
            return state.reason != nil
        }
        if isOver { kill(-pid, SIGKILL) }
    }

    func finished() { state.withLock { $0.isFinished = true } }

    /// Ends the child and its tree, unless it has ended by itself.
    func end(because reason: Reason) async {
        let pid: Int32? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.reason = reason
            return state.pid
        }
        guard let pid else { return }
        await terminate(pid)
    }

    /// Ends what a child has left that broke a rule.
    func sweep() async {
        guard let pid = state.withLock(\.pid) else { return }
        await terminate(pid)
    }

    private func terminate(_ pid: Int32) async {
        for process in remaining(of: pid) { process.signal(SIGTERM) }
        let limit = ContinuousClock.now + Self.grace
        while ContinuousClock.now < limit {
            if remaining(of: pid).isEmpty { return }
            await pause(milliseconds: 10)
        }
        // A process may be forking while its tree is read: look again until nothing is left.
        for _ in 0..<20 {
            let rest = remaining(of: pid)
            if rest.isEmpty { return }
            for process in rest { process.signal(SIGKILL) }
            await pause(milliseconds: 5)
        }
    }

    private func remaining(of pid: Int32) -> Set<SeenProcess> {
        let now = ProcessTable.tree(of: pid)
        return state.withLock { state in
            state.seen.formUnion(now)
            state.seen = state.seen.filter(\.isRunning)
            return state.seen
        }
    }
}

/// Waits also where the task is cancelled already.
func pause(milliseconds: Int) async {
    await Task.detached { try? await Task.sleep(for: .milliseconds(milliseconds)) }.value
}
