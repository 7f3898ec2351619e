import ClusterModel
import HostAccess
import Planning
import StateStore
import Synchronization

/// What was heard of late, shared by those who hear and the runs that look for authors.
public final class Hints: Sendable {
    private let shared = Mutex(Attribution())

    public init() {}

    /// - Parameter now: when it was heard, by this host's clock.
    func heard(_ resource: ResourceID, by author: Author, at now: Timestamp) {
        shared.withLock { $0.heard(resource, by: author, at: now) }
    }

    /// Who caused the drift of a run. A file was changed by its owner, where it was changed since it was last read.
    func authors(of run: PlannedRun, open: [ResourceID: Timestamp]) -> [ResourceID: Author] {
        let drift = run.plan.openDrift.map(\.resource)
        let readings = run.observation.readings.filter { $0.value.resources != nil }.map(\.key)
        for id in drift where id.kind == "file" && open[id] == nil {
            guard let status = try? FileStatus(id.name) else { continue }
            let author = Author(status.owner.names, at: status.modifiedAt)
            shared.withLock { $0.heard(id, by: author, at: status.changedAt, slack: 0) }
        }
        return shared.withLock {
            $0.authors(of: drift, open: open, readings: Set(readings), at: run.observation.readAt)
        }
    }

    /// Who caused what closed without an author, given when it was opened.
    func lateAuthors(of closed: [ResourceID: Timestamp]) -> [ResourceID: Author] {
        shared.withLock { $0.lateAuthors(of: closed) }
    }
}
