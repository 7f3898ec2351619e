import ClusterModel
import Planning
import StateStore
import Synchronization

/// What the agent's parts share: the snapshot that it tells, and the processes that it watches.
final class AgentState: Sendable {
    private let shared: Mutex<Shared>

    struct Shared {
        var snapshot: HostSnapshot
        var manifest: ClusterManifest?
        var host: Host?
        /// The first processes of the services that ran when they were last looked at.
        var processes: [HostService: Int32] = [:]
        var peers: [String: HostSnapshot] = [:]
        /// Warren's files on this host as they were when they were last looked at, and the files of secrets as they were
        /// before they were last read.
        var files: [FileStamp] = []
        /// Whether a run is under way, and when the last one ended.
        var isRunning = false
        var ranAt: Timestamp?

        /// Whether an event of Warren's may be of this agent's own doing: a line may be late.
        func isWorking(at now: Timestamp) -> Bool {
            isRunning || ranAt.map { now.seconds(since: $0) < 2 } ?? false
        }
    }

    init(_ snapshot: HostSnapshot) { shared = Mutex(Shared(snapshot: snapshot)) }

    var snapshot: HostSnapshot { shared.withLock { $0.snapshot } }

    func read<Value>(_ body: (Shared) -> sending Value) -> sending Value { shared.withLock { body($0) } }

    func update(_ body: (inout Shared) -> Void) { shared.withLock { body(&$0) } }

    /// The other hosts as their agents last told of them, by host.
    var peers: [String: HostSnapshot] { shared.withLock { $0.peers } }
}
