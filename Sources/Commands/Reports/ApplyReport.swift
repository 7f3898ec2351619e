import AgentRuntime
import ClusterModel
import Reporting

/// What a run did, and how things are after it.
struct ApplyReport: Report {
    let manifest: ClusterManifest
    let revision: String
    let run: RunReport
    let isFull: Bool

    func text(_ style: Style) -> String {
        var text = ""
        for (message, actions) in groupedByReason(
            run.actions.filter { $0.outcome != .succeeded }, { $0.outcome.message ?? "" })
        {
            let word = actions[0].outcome.word
            text += style.bad("\(word): ") + message + "\n"
            text += actions.prefix(isFull ? actions.count : PlanReport.shortLength)
                .map { "  \(style.mark($0.action.verb)) \($0.action.resource)\n" }.joined()
        }
        if !run.final.plan.openDrift.isEmpty || !run.final.plan.unknown.isEmpty {
            text +=
                PlanReport(manifest: manifest, revision: revision, run: run.final, isFull: isFull).text(style) + "\n"
        } else {
            for warning in run.final.warnings { text += style.warning("warning: ") + warning + "\n" }
        }
        let costs =
            "run \(run.id.map(String.init) ?? "-"), \(durationText(run.seconds)), \(counted(run.processes, "process", "processes"))"
        return text + run.sentence + style.faint("  (\(costs))") + "\n"
    }

    var json: JSONValue {
        let plan = PlanReport(manifest: manifest, revision: revision, run: run.final, isFull: true).json
        return .object(
            (plan.object ?? [:]).merging([
                "run": run.id.map { .integer(Int($0)) } ?? .null, "result": .string(run.result.rawValue),
                "sentence": .string(run.sentence), "processes": .integer(run.processes),
                "seconds": .number(run.seconds),
                "actions": .array(run.actions.map(actionJSON)),
            ]) { _, new in new })
    }

    private func actionJSON(_ carriedOut: CarriedOut) -> JSONValue {
        .object(
            DriftLines.identity(carriedOut.action.resource).merging([
                "verb": .string(carriedOut.action.verb.rawValue), "reason": .string(carriedOut.action.reason),
                "outcome": .string(carriedOut.outcome.word),
                "message": carriedOut.outcome.message.map(JSONValue.string) ?? .null,
            ]) { _, new in new })
    }
}
