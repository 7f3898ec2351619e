import ClusterModel
import Reporting
import StateStore

/// Runs, a line each.
struct HistoryReport: Report {
    let runs: [RunRecord]
    let now: Timestamp

    func text(_ style: Style) -> String {
        guard !runs.isEmpty else { return "No run is remembered yet.\n" }
        var table = Table(header: ["RUN", "WHEN", "CAUSE", "RESULT", "ACTIONS", "WHAT WAS DONE, OR WHY NOTHING WAS"])
        for run in runs {
            table.rows.append([
                String(run.id), run.startedAt.age(at: now), run.cause.rawValue, run.state.word,
                grouped(run.actionCount),
                (run.sentence ?? "").printable,
            ])
        }
        return table.text(style)
    }

    var json: JSONValue { .array(runs.map(Self.json)) }

    static func json(_ run: RunRecord) -> JSONValue {
        [
            "run": .integer(Int(run.id)), "cause": .string(run.cause.rawValue), "host": .string(run.host),
            "revision": run.revision.map(JSONValue.string) ?? .null, "startedAt": .string(run.startedAt.iso8601),
            "finishedAt": run.finishedAt.map { .string($0.iso8601) } ?? .null, "result": .string(run.state.word),
            "sentence": run.sentence.map(JSONValue.string) ?? .null,
            "processes": run.processes.map(JSONValue.integer) ?? .null, "actions": .integer(run.actionCount),
        ]
    }
}

/// One run with its commands and actions.
struct RunDetailReport: Report {
    let detail: RunDetail
    let now: Timestamp

    func text(_ style: Style) -> String {
        let run = detail.run
        var text = style.bold("Run \(run.id)") + " on \(run.host.printable), \(run.cause.rawValue), "
        text += "\(run.startedAt.iso8601), \(run.state.word)\n"
        if let revision = run.revision { text += "Revision \(revision.printable)\n" }
        text += (run.sentence ?? "not finished").printable + "\n"
        for step in detail.steps {
            text += "\n  \(style.bold(step.command.printable))  \(ending(step))\n"
            for action in step.actions {
                text += "    \(style.mark(action.verb)) \(action.resource)  \(style.faint(action.reason.printable))"
                let outcome = action.outcome ?? .unknown("no outcome was written down")
                text +=
                    outcome == .succeeded
                    ? "\n" : "  \(style.bad(outcome.word)): \((outcome.message ?? "").printable)\n"
                if let found = detail.found[action.resource] {
                    text += DriftLines.fields(found.changes, style, indent: "        ")
                }
            }
            if !step.outputTail.isEmpty { text += "    \(style.faint(step.outputTail.printable))\n" }
        }
        return text
    }

    private func ending(_ step: StepRecord) -> String {
        guard let finishedAt = step.finishedAt else { return "not finished" }
        let time = durationText(finishedAt.seconds(since: step.startedAt))
        return step.exitCode.map { "exit code \($0), \(time)" } ?? time
    }

    var json: JSONValue {
        .object(
            (HistoryReport.json(detail.run).object ?? [:]).merging([
                "steps": .array(detail.steps.map(stepJSON))
            ]) { $1 })
    }

    private func stepJSON(_ step: StepRecord) -> JSONValue {
        [
            "command": .string(step.command), "startedAt": .string(step.startedAt.iso8601),
            "finishedAt": step.finishedAt.map { .string($0.iso8601) } ?? .null,
            "exitCode": step.exitCode.map { .integer(Int($0)) } ?? .null, "output": .string(step.outputTail),
            "actions": .array(
                step.actions.map { action in
                    .object(
                        DriftLines.identity(action.resource).merging([
                            "verb": .string(action.verb.rawValue), "reason": .string(action.reason),
                            "outcome": .string(action.outcome?.word ?? "unknown"),
                            "message": action.outcome?.message.map(JSONValue.string) ?? .null,
                            "found": .array((detail.found[action.resource]?.changes ?? []).map(\.json)),
                        ]) { $1 })
                }),
        ]
    }
}
