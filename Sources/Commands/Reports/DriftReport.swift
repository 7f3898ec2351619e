import ClusterModel
import StateStore

/// The ledger of drift.
struct DriftReport: Report {
    let now: Timestamp
    let open: [DriftRecord]
    /// What was closed in the time asked for; nil where none was asked for.
    let closed: [DriftRecord]?
    let unmanaged: [ResourceID]
    let listsUnmanaged: Bool
    let isFull: Bool
    let observedAt: Timestamp?
    let unknownReason: String?

    init(reading store: StateStore, at now: Timestamp, since: Int64?, listsUnmanaged: Bool, isFull: Bool) throws(StateStoreError) {
        self.now = now
        open = try store.openDrift()
        if let since {
            let start = Timestamp(milliseconds: now.milliseconds - since)
            closed = try store.driftSince(start).filter { !$0.isOpen }
        } else {
            closed = nil
        }
        unmanaged = try store.unmanaged()
        self.listsUnmanaged = listsUnmanaged
        self.isFull = isFull
        let cluster = try store.cluster()
        observedAt = cluster?.readAt
        unknownReason = cluster?.unknownReason
    }

    func text(_ style: Style) -> String {
        var text = ""
        if let reason = unknownReason { text += style.bad("unknown now") + ": \(reason.printable)\n" }
        if let observedAt { text += style.faint("As observed \(observedAt.age(at: now)).") + "\n" }
        text += open.isEmpty ? "No open drift.\n" : style.warning("Open drift: \(grouped(open.count))") + "\n"
        text += limited(open, to: isFull ? nil : PlanReport.shortLength) { line($0, style) }
        if let closed {
            text += closed.isEmpty ? "Nothing was closed in that time.\n" : "\n" + style.bold("Closed: \(grouped(closed.count))") + "\n"
            text += limited(closed, to: isFull ? nil : PlanReport.shortLength) { line($0, style) }
        }
        guard !unmanaged.isEmpty else { return text }
        text += style.faint("Unmanaged: \(DriftLines.summary(unmanaged))") + "\n"
        if listsUnmanaged { text += unmanaged.map { "  \($0)\n" }.joined() }
        return text
    }

    private func line(_ record: DriftRecord, _ style: Style) -> String {
        var text = "  \(record.resource)  \(record.word)  found \(record.openedAt.age(at: now))"
        if let author = record.author { text += " by \(author.printable)" }
        if let closedAt = record.closedAt, let resolution = record.resolution {
            text += ", \(resolution == .repaired ? style.good("repaired") : "gone by itself") "
            text += closedAt.age(at: now)
            if let run = record.closedBy { text += " in run \(run)" }
        }
        return text + "\n" + DriftLines.fields(record.changes, indent: "      ")
    }

    var json: JSONValue {
        [
            "observedAt": observedAt.map { .string($0.iso8601) } ?? .null,
            "unknown": unknownReason.map(JSONValue.string) ?? .null,
            "open": .array(open.map(Self.json)),
            "closed": closed.map { .array($0.map(Self.json)) } ?? .null,
            "unmanaged": .array(unmanaged.map { .object(DriftLines.identity($0)) }),
        ]
    }

    static func json(_ record: DriftRecord) -> JSONValue {
        .object(
            DriftLines.identity(record.resource).merging([
                "difference": .string(record.word), "fields": .array(record.changes.map(DriftLines.json)),
                "author": record.author.map(JSONValue.string) ?? .null,
                "openedAt": .string(record.openedAt.iso8601),
                "closedAt": record.closedAt.map { .string($0.iso8601) } ?? .null,
                "resolution": record.resolution.map { .string($0.rawValue) } ?? .null,
            ]) { $1 })
    }
}
