import HostAccess
import Synchronization

/// What one Warren process knows of the processes that it supervises, beside what the process table says. Without it
/// everything is found out again.
public final class SupervisedMemory: Sendable {
    private struct State {
        var children: Set<SeenProcess> = []
        var booted: SeenProcess?
        var asked: [SeenProcess: ContinuousClock.Instant] = [:]
        var zombies: [SeenProcess: ContinuousClock.Instant] = [:]
    }

    private let state = Mutex(State())

    /// How long lies between two questions to a broker that boots.
    private static let pause = Duration.seconds(5)
    /// How long a child that has ended is left to whoever started it.
    private static let respite = Duration.seconds(3)

    public init() {}

    /// A child of this process, which leaves no entry behind when it ends.
    func started(_ process: SeenProcess) { state.withLock { _ = $0.children.insert(process) } }

    func hasBooted(_ server: SeenProcess) -> Bool { state.withLock { $0.booted == server } }
    func saw(booted server: SeenProcess) { state.withLock { $0.booted = server } }

    /// Whether it may be asked now; if so, that is noted.
    func mayAsk(_ server: SeenProcess) -> Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.asked[server], last + Self.pause > now { return false }
            state.asked = [server: now]
            return true
        }
    }

    /// Collects the children that have ended.
    func collect() {
        state.withLock { state in
            for child in state.children where !child.isRunning { child.collect() }
            state.children = state.children.filter(\.isRunning)
        }
    }

    /// Collects also what was left to this process as the first of a container: children of services that have ended.
    func collectAbandoned() {
        collect()
        guard ProcessTable.isFirst else { return }
        let ended = ProcessTable.endedChildren()
        state.withLock { state in
            let now = ContinuousClock.now
            state.zombies = state.zombies.filter { ended.contains($0.key) }
            for process in ended {
                if let since = state.zombies[process] {
                    if since + Self.respite < now { process.collect() }
                } else {
                    state.zombies[process] = now
                }
            }
        }
    }
}
