import ClusterModel
import Planning
import Reporting
import StateStore

extension DriftReport {
    /// What the store remembers.
    ///
    /// - Parameters:
    ///   - since: see `StateStore.ledger`.
    ///   - limit: how many entries of each list are told whole; all are counted.
    public init(
        reading store: StateStore, at now: Timestamp, since: Timestamp? = nil, until: Timestamp? = nil,
        filter: DriftFilter = DriftFilter(), limit: Int = Int.max
    ) throws(StateStoreError) {
        let lines = try store.ledger(since: since, until: until).filter {
            filter.matches($0.resource, author: $0.author)
        }
        let cluster = try store.cluster()
        self.init(
            now: now, cluster: cluster?.view?.clusterName, host: try store.lastRun()?.host, since: since, until: until,
            filter: filter, open: try Entries(lines.filter(\.isOpen), in: store, limit: limit),
            closed: since == nil ? nil : try Entries(lines.filter { !$0.isOpen }, in: store, limit: limit),
            unmanaged: try store.unmanaged().filter { filter.matches($0, author: nil) },
            observedAt: cluster?.readAt, unknownReason: cluster?.unknownReason)
        let contests = try Contest.remembered(by: store, at: now)
        for index in open.shown.indices { open.shown[index].contest = contests[open.shown[index].resource] }
    }
}

extension DriftReport.Entries {
    fileprivate init(_ lines: [LedgerLine], in store: StateStore, limit: Int) throws(StateStoreError) {
        self.init(
            shown: try store.drift(lines.prefix(limit).map(\.id)).map { DriftEntry($0) }, total: lines.count,
            repaired: lines.count { $0.resolution == .repaired }, authors: Self.authors(lines.compactMap(\.author)))
    }
}

extension DriftEntry {
    public init(_ record: DriftRecord) {
        self.init(
            record.resource, word: record.word, changes: record.changes, author: record.author,
            openedAt: record.openedAt, openedBy: record.openedBy, closedAt: record.closedAt,
            closedBy: record.closedBy, resolution: record.resolution.map { $0 == .repaired ? .repaired : .vanished })
        authorAt = record.authorAt
    }
}

extension Contest {
    /// What was contested lately.
    static func remembered(by store: StateStore, at now: Timestamp) throws(StateStoreError) -> [ResourceID: Contest] {
        let begin = Timestamp(milliseconds: now.milliseconds - Int64(history * 1000))
        return all(try store.repairs(since: begin, times: budget))
    }
}
