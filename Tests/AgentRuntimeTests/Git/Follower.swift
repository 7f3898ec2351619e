import ClusterModel
import Foundation
import HostAccess
import Providers
import StateStore
import Synchronization
import TestSupport

@testable import AgentRuntime

/// One host that follows a repository, without what it would do with the manifest.
final class Follower: Sendable {
    let scratch: ScratchDirectory
    let store: StateStore
    let watch: CommitWatch
    let events = Mutex<[AgentEvent]>([])
    let commits = Mutex<HostSnapshot.Commits?>(nil)

    /// - Parameter scratch: the memory of a host of before, which was restarted.
    init(
        _ url: String, path: String = "prod/", host: String = "mq1", access: GitAccess = GitAccess(),
        interval: Duration = .seconds(3600), of scratch: ScratchDirectory? = nil
    ) throws {
        let scratch = try scratch ?? ScratchDirectory("follower")
        self.scratch = scratch
        store = try StateStore.open(
            path: scratch.path("state.sqlite"), access: .readWrite, at: SystemClock.now()
        ).store
        let sink = Sink()
        watch = CommitWatch(
            GitSettings(
                source: try GitSource(repository: url, ref: "main", path: path), access: access, interval: interval),
            host: host, memory: scratch.path, store: store, log: { sink.follower?.add($0) },
            changed: { change in
                if case .told(let commits, _) = change { sink.follower?.commits.withLock { $0 = commits } }
            })
        sink.follower = self
    }

    /// Where events go once there is somebody to take them.
    private final class Sink: Sendable {
        private let box = Mutex<WeakFollower>(WeakFollower())
        private struct WeakFollower { weak var value: Follower? }
        var follower: Follower? {
            get { box.withLock { $0.value } }
            set { box.withLock { $0.value = newValue } }
        }
    }

    private func add(_ event: AgentEvent) { events.withLock { $0.append(event) } }

    var inForce: String? { watch.inForce?.revision }
    var refused: HostSnapshot.Commits.Refused? { commits.withLock { $0?.refused } }
    var problem: String? { commits.withLock { $0?.problem } }

    /// A manifest for these hosts.
    static func manifest(
        name: String = "orders", hosts: [String] = ["mq1"], mode: String = "enforce", more: String = ""
    ) -> String {
        """
        apiVersion: warren/v1
        kind: Cluster
        metadata: { name: \(name) }
        spec:
          mode: \(mode)
          hosts:
        \(hosts.enumerated().map { "    - { name: \($1), address: 127.0.0.\($0 + 1), roles: [broker] }" }.joined(separator: "\n"))
        \(more)
        """
    }
}
