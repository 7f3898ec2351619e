import ClusterModel
import Planning
import Providers
import ResourceKinds
import StateStore

extension HostScope {
    /// Whether the running node has read what the manifest makes; nil where none runs.
    func configuration(_ broker: ServiceStatus?, _ files: [Resource], _ reading: Reading) -> RunningConfiguration? {
        let record = StartRecord(layout)
        guard let read = record.read(by: broker) else { return nil }
        let wanted = digests(of: files)
        guard case .known(let found) = reading else { return .unknown("its files could not be read") }
        return RunningConfiguration(read: read, onDisk: digests(of: Array(found.values)), wanted: wanted)
    }

    /// Decides whether the node is restarted for its configuration.
    func decideRestart(
        _ view: inout HostView, _ cluster: ClusterView?, peers: [String: PeerView], store: StateStore?,
        at now: Timestamp
    ) throws(StateStoreError) {
        let id = ConfigurationKind.id(host.nodeName)
        func since(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: now.milliseconds - seconds * 1000) }
        view.isRestartUnfinished = try store?.isUnfinished(id, since: since(900)) ?? false
        // A repair that was cut off when the node ran again has the lease, and this gives it back.
        if view.nodeState == .running || view.nodeState == .behind, !view.isRestartUnfinished {
            let repair = NodeKind.id(host.nodeName)
            view.isRestartUnfinished = try store?.isUnfinished(repair, endedBy: id, since: since(900)) ?? false
        }
        var restart = RollingRestart(own: host.nodeName, members: manifest.members, state: view.nodeState)
        restart.view = cluster
        restart.configuration = view.configuration
        restart.peers = peers
        restart.healing = view.healing
        restart.settings = manifest.membership.restarts
        restart.isUnfinished = view.isRestartUnfinished
        let changed = StartRecord(layout).changedAt(StartRecord.files)
        let begin = max(since(3600), changed ?? since(3600))
        restart.restarts = try store?.begun(on: id, since: begin, withFailed: false).count ?? 0
        view.restart = restart.decision.unless(view.forceLoad)
    }

    /// By the names of the files that the broker reads when it starts.
    private func digests(of files: [Resource]) -> [String: String] {
        var digests: [String: String] = [:]
        for name in StartRecord.files {
            let id = FileKind.id(layout.brokerConfiguration + "/" + name)
            guard let file = files.first(where: { $0.id == id }),
                let text = (file["contents"] ?? file["secret"])?.string
            else { continue }
            digests[name] = StartRecord.digest(name, text)
        }
        return digests
    }
}
