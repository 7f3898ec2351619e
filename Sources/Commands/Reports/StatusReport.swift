import AgentRuntime
import ClusterModel
import Reporting
import StateStore

/// What the store knows of the cluster.
struct StatusReport: Report {
    let now: Timestamp
    let cluster: ClusterRecord?
    let conditions: [ConditionRecord]
    let drift: [DriftRecord]
    let blocked: [BlockedAction]
    let stalls: [Stall]
    let unmanagedCount: Int
    let applied: RevisionRecord?
    let lastRun: RunRecord?
    let readings: [ReadingRecord]
    let suspensions: [Suspension]

    init(reading store: StateStore, at now: Timestamp) throws(StateStoreError) {
        self.now = now
        cluster = try store.cluster()
        conditions = try store.conditions()
        drift = try store.openDrift()
        blocked = try store.blocked()
        stalls = try store.stalls().values.sorted { $0.resource < $1.resource }
        unmanagedCount = try store.unmanagedCount()
        applied = try store.lastApplied()
        lastRun = try store.lastRun()
        readings = try store.readings()
        suspensions = try store.suspensions().active(at: now)
    }

    func text(_ style: Style) -> String {
        suspensionText(style) + clusterText(style) + conditionsText(style) + driftText(style) + runText(style)
    }

    private func suspensionText(_ style: Style) -> String {
        suspensions.map { suspension in
            "\(style.bad("SUSPENDED")): \(suspension.sentence); \(now.duration(until: suspension.until)) left\n"
        }.joined()
    }

    private func clusterText(_ style: Style) -> String {
        guard let cluster else {
            // A host without a broker has conditions and no cluster to tell of.
            guard conditions.isEmpty else { return "" }
            return style.warning("Nothing was observed yet") + ": run warren plan -f MANIFEST.\n"
        }
        var text = ""
        if let view = cluster.view, let readAt = cluster.readAt {
            text += style.bold(view.clusterName.printable) + "  RabbitMQ \(view.version)  "
            text += style.faint("observed \(readAt.age(at: now))") + "\n\n"
            var table = Table(header: ["MEMBER", "STATE"])
            for member in view.members {
                table.rows.append([member.printable, view.runningMembers.contains(member) ? "running" : "not running"])
            }
            text += table.text(style)
            for alarm in view.alarms { text += style.bad("alarm: ") + alarm.printable + "\n" }
        }
        if let reason = cluster.unknownReason {
            let since = cluster.unknownSince.map { ", since \($0.age(at: now))" } ?? ""
            text += style.bad("unknown now") + ": \(reason)\(since); what follows is what was known before\n"
        }
        return text
    }

    private func conditionsText(_ style: Style) -> String {
        guard !conditions.isEmpty else { return "" }
        let width = conditions.map(\.condition.name.rawValue.count).max() ?? 0
        return "\n"
            + conditions.map { record in
                let name = record.condition.name.rawValue
                let state = record.condition.status.rawValue
                let pad = String(repeating: " ", count: width - name.count + 2)
                return name + pad + ConditionLines.status(record.condition, style)
                    + String(repeating: " ", count: 9 - state.count) + record.condition.message.printable
                    + style.faint("  for \(record.lastTransition.duration(until: now))") + "\n"
            }.joined()
    }

    private func driftText(_ style: Style) -> String {
        var text = "\n"
        text +=
            drift.isEmpty
            ? "No open drift" : style.warning("Open drift: \(grouped(drift.count))") + ", see warren drift"
        if unmanagedCount > 0 { text += style.faint("  (\(grouped(unmanagedCount)) unmanaged)") }
        text += "\n"
        for (reason, actions) in groupedByReason(blocked, { "\($0.guard.name): \($0.reason)" }) {
            text += style.warning("blocked by ") + "\(reason.printable): \(names(actions.map(\.resource)))\n"
        }
        for (message, group) in groupedByReason(stalls, \.message) {
            text += style.warning("stalled") + ": \(message.printable): \(names(group.map(\.resource)))\n"
        }
        return text
    }

    private func names(_ ids: [ResourceID]) -> String {
        let shown = ids.prefix(3).map(\.description).joined(separator: ", ")
        return ids.count > 3 ? "\(shown) and \(grouped(ids.count - 3)) more" : shown
    }

    private func runText(_ style: Style) -> String {
        var text = ""
        if let applied, let at = applied.appliedAt {
            text += "Applied   \(applied.revision.shortRevision) from \(applied.path.printable), \(at.age(at: now))\n"
        }
        if let run = lastRun {
            text += "Last run  \(run.id), \(run.startedAt.age(at: now)), \(run.state.word): "
            text += (run.sentence ?? "not finished").printable + "\n"
        }
        return text
    }

    var json: JSONValue {
        [
            "source": "memory", "cluster": clusterJSON, "conditions": .array(conditions.map(conditionJSON)),
            "openDrift": .array(drift.map { DriftEntry($0).json(at: now) }), "unmanaged": .integer(unmanagedCount),
            "blocked": .array(
                blocked.map {
                    .object(
                        DriftLines.identity($0.resource).merging([
                            "verb": .string($0.verb.rawValue), "guard": .string($0.guard.name),
                            "reason": .string($0.reason),
                        ]) { $1 })
                }),
            "stalled": .array(
                stalls.map {
                    .object(
                        DriftLines.identity($0.resource).merging([
                            "message": .string($0.message), "since": .string($0.since.iso8601),
                        ]) { $1 })
                }),
            "suspensions": .array(suspensions.map(\.json)),
            "appliedRevision": applied.map { .string($0.revision) } ?? .null,
            "lastRun": lastRun.map(HistoryReport.json) ?? .null,
            "readings": .array(
                readings.map {
                    [
                        "kind": .string($0.kind.name), "count": .integer($0.count),
                        "readAt": $0.readAt.map { .string($0.iso8601) } ?? .null,
                        "unknown": $0.unknownReason.map(JSONValue.string) ?? .null,
                    ]
                }),
        ]
    }

    private var clusterJSON: JSONValue {
        guard let cluster else { return .null }
        let view = cluster.view
        return [
            "name": view.map { .string($0.clusterName) } ?? .null,
            "version": view.map { .string($0.version.description) } ?? .null,
            "members": .array(
                (view?.members ?? []).map { member in
                    ["name": .string(member), "running": .bool(view?.runningMembers.contains(member) == true)]
                }),
            "alarms": .array((view?.alarms ?? []).map(JSONValue.string)),
            "readAt": cluster.readAt.map { .string($0.iso8601) } ?? .null,
            "ageSeconds": cluster.readAt.map { .number(now.seconds(since: $0)) } ?? .null,
            "unknown": cluster.unknownReason.map(JSONValue.string) ?? .null,
        ]
    }

    private func conditionJSON(_ record: ConditionRecord) -> JSONValue {
        .object(
            (ConditionLines.json(record.condition).object ?? [:]).merging([
                "lastTransition": .string(record.lastTransition.iso8601)
            ]) { $1 })
    }
}

extension String {
    /// The first characters of a revision, enough to tell it by.
    var shortRevision: String {
        hasPrefix("sha256:") ? String(prefix(7 + 12)) : String(prefix(12))
    }
}
