import AgentRuntime
import ClusterModel
import Providers
import Reporting

/// The drift and the exact commands.
struct PlanReport: CommentReport {
    let manifest: ClusterManifest
    let revision: String
    let run: PlannedRun
    /// Whether every line is printed, however many there are.
    let isFull: Bool
    /// Nil where the broker itself was asked.
    var against: SnapshotPlan?

    static let shortLength = 20
    static let shortStep = 5
    /// How long a document may be to be printed without being asked for.
    static let shortDocument = 400

    func text(_ style: Style) -> String {
        var text = heading(style)
        text += driftText(style) + stepsText(style) + blockedText(style) + unmanagedText(style)
        text += uncomparedText(style)
        for warning in run.warnings { text += style.warning("warning: ") + warning + "\n" }
        return text
    }

    private func heading(_ style: Style) -> String {
        var text = style.bold(manifest.name)
        if let view = run.observation.cluster.view {
            text += ", RabbitMQ \(view.version), \(view.runningMembers.count) of \(view.members.count) members running"
        }
        text += ", \(counted(run.declared, "declared resource"))\n"
        if let snapshot = against?.snapshot {
            let revision = snapshot.revision.map { " under revision \($0.prefix(19))" } ?? ""
            let time = snapshot.observation.readAt.minuteText
            text += "Compared with the snapshot of \(snapshot.host) of \(time) UTC\(revision)".printable
            text += "; no broker was asked.\n"
        }
        for (reason, kinds) in groupedByReason(run.plan.unknown.sorted(by: { $0.key < $1.key }), \.value) {
            text += style.bad("unknown: ") + kinds.map(\.key.name).joined(separator: ", ") + ": \(reason)\n"
        }
        return text
    }

    private func driftText(_ style: Style) -> String {
        let drift = run.plan.openDrift
        guard !drift.isEmpty else {
            return run.plan.unknown.isEmpty ? style.good("No drift") + ": everything is as the manifest says.\n" : ""
        }
        return "\n" + style.bold("Drift: \(grouped(drift.count))") + "\n"
            + limited(drift, to: isFull ? nil : Self.shortLength) { DriftLines.text($0, style, indent: "  ") }
    }

    private func stepsText(_ style: Style) -> String {
        guard !run.plan.steps.isEmpty else { return "" }
        let count = counted(run.plan.actions.count, "action")
        var text = "\n" + style.bold("Plan: \(count) in \(counted(run.plan.steps.count, "command"))") + "\n"
        for (index, step) in run.plan.steps.enumerated() {
            let command = BrokerCommand(carryingOut: step.actions)
            text += "  \(index + 1). \(style.bold(command.commandLine))\n"
            text += stepText(step, style)
            if let document = command.redactedDocument { text += documentText(run.redactor.redact(document), style) }
        }
        return text
    }

    /// The drift above names each resource already, so that many of them are only counted here.
    private func stepText(_ step: Step, _ style: Style) -> String {
        guard isFull || step.actions.count <= Self.shortStep else {
            return "       \(DriftLines.summary(of: step.actions))\n"
        }
        return step.actions.map { action in
            "       \(style.mark(action.verb)) \(action.resource)  \(style.faint(action.reason))\n"
        }.joined()
    }

    private func documentText(_ document: String, _ style: Style) -> String {
        guard isFull || document.utf8.count <= Self.shortDocument else {
            return style.faint("       FILE carries \(grouped(document.utf8.count)) bytes; --full prints them\n")
        }
        let lines = document.split(whereSeparator: \.isNewline)
        return style.faint("       FILE carries:") + "\n" + lines.map { "       \(String($0).printable)\n" }.joined()
    }

    private func blockedText(_ style: Style) -> String {
        var text = ""
        for (reason, actions) in groupedByReason(run.plan.blocked, { "\($0.guard.name): \($0.reason)" }) {
            text += style.warning("blocked by ") + reason + "\n"
            text += limited(actions, to: isFull ? nil : Self.shortLength) {
                "  \(style.mark($0.verb)) \($0.resource)\n"
            }
        }
        for (message, stalls) in groupedByReason(run.plan.stalled, \.message) {
            text += style.warning("stalled: ") + "the broker refused this before and is not asked again: \(message)\n"
            text += limited(stalls, to: isFull ? nil : Self.shortLength) { "  \($0.resource)\n" }
        }
        return text.isEmpty ? "" : "\n" + text
    }

    private func unmanagedText(_ style: Style) -> String {
        let unmanaged = run.plan.unmanaged
        guard !unmanaged.isEmpty else { return "" }
        let summary = style.faint("Unmanaged, only reported: \(DriftLines.summary(unmanaged.map(\.resource)))")
        return "\n" + summary + (isFull ? "" : style.faint("; --full lists them")) + "\n"
            + (isFull ? unmanaged.map { DriftLines.text($0, style, indent: "  ") }.joined() : "")
    }

    private func uncomparedText(_ style: Style) -> String {
        guard let uncompared = against?.uncompared, !uncompared.isEmpty else { return "" }
        let count = counted(uncompared.count, "field")
        return "\n" + style.faint("Not compared, as secrets are in no snapshot: \(count)") + "\n"
            + limited(uncompared, to: isFull ? nil : Self.shortStep) { "  \($0.resource)  \($0.field.printable)\n" }
    }

    var json: JSONValue {
        [
            "against": againstJSON,
            "cluster": .string(manifest.name), "revision": .string(revision),
            "observedAt": .string(run.observation.readAt.iso8601),
            "declared": .integer(run.declared),
            "drift": .array(run.plan.openDrift.map(DriftLines.json)),
            "unmanaged": .array(run.plan.unmanaged.map(DriftLines.json)),
            "steps": .array(run.plan.steps.map(stepJSON)),
            "blocked": .array(run.plan.blocked.map(blockedJSON)),
            "stalled": .array(run.plan.stalled.map(stallJSON)),
            "unknown": .object(
                Dictionary(uniqueKeysWithValues: run.plan.unknown.map { ($0.key.name, .string($0.value)) })),
            "conditions": .array(run.conditions.map(ConditionLines.json)),
            "warnings": .array(run.warnings.map(JSONValue.string)),
        ]
    }

    private var againstJSON: JSONValue {
        guard let against else { return .null }
        return [
            "host": .string(against.snapshot.host),
            "revision": against.snapshot.revision.map(JSONValue.string) ?? .null,
            "notCompared": .array(
                against.uncompared.map { field in
                    .object(
                        DriftLines.identity(field.resource).merging(["field": .string(field.field)]) { _, new in new })
                }),
        ]
    }

    private func stepJSON(_ step: Step) -> JSONValue {
        let command = BrokerCommand(carryingOut: step.actions)
        return [
            "command": .string(command.commandLine),
            "document": command.redactedDocument.map { .string(run.redactor.redact($0)) } ?? .null,
            "actions": .array(
                step.actions.map { action in
                    .object(
                        DriftLines.identity(action.resource).merging([
                            "verb": .string(action.verb.rawValue), "reason": .string(action.reason),
                            "scope": .string(action.scope.rawValue), "disruption": .string(action.disruption.rawValue),
                            "guards": .array(action.guards.map { .string($0.name) }),
                        ]) { _, new in new })
                }),
        ]
    }

    private func blockedJSON(_ blocked: BlockedAction) -> JSONValue {
        .object(
            DriftLines.identity(blocked.resource).merging([
                "verb": .string(blocked.verb.rawValue), "guard": .string(blocked.guard.name),
                "reason": .string(blocked.reason),
            ]) { _, new in new })
    }

    private func stallJSON(_ stall: Stall) -> JSONValue {
        .object(
            DriftLines.identity(stall.resource).merging([
                "message": .string(stall.message), "since": .string(stall.since.iso8601),
            ]) { _, new in new })
    }
}

enum ConditionLines {
    static func json(_ condition: Condition) -> JSONValue {
        [
            "name": .string(condition.name.rawValue), "status": .string(condition.status.rawValue),
            "reason": .string(condition.reason), "message": .string(condition.message),
        ]
    }

    static func status(_ condition: Condition, _ style: Style) -> String {
        switch condition.status {
        case .true: style.good(condition.status.rawValue)
        case .false: style.bad(condition.status.rawValue)
        case .unknown: style.warning(condition.status.rawValue)
        }
    }
}
