import AgentRuntime
import ClusterModel
import Planning
import Reporting
import StateStore

/// Recoveries, the latest first, with their steps.
struct RecoveriesReport: Report {
    let records: [RecoveryRecord]

    func text(_ style: Style) -> String {
        guard !records.isEmpty else { return "No recovery was ever acknowledged on this host.\n" }
        return records.map { text($0, style) }.joined(separator: "\n")
    }

    private func text(_ record: RecoveryRecord, _ style: Style) -> String {
        let end = record.finishedAt.map { style.good("done \($0.iso8601)") } ?? style.warning("not finished")
        let title = record.scenario.map { ", scenario \($0)" } ?? ""
        return style.bold("Recovery \(record.id)") + "\(title), \(end)\n\(record.happened.printable)\n"
            + "\(record.author.printable) acknowledged \(record.verbs.joined(separator: ", ").printable) on "
            + "\(record.host.printable) at \(record.acknowledgedAt.iso8601), until \(record.expiresAt.iso8601): "
            + "\(record.reason.printable)\n" + record.steps.map { line($0, style) }.joined()
    }

    private func line(_ step: RecoveryRecord.Step, _ style: Style) -> String {
        let words = Self.words(step)
        if let failure = step.failure { return "  \(style.bad("failed")) \(words): \(failure.printable)\n" }
        guard let began = step.beganAt else { return "  \(style.faint("not begun")) \(words)\n" }
        guard let ended = step.endedAt else { return "  \(style.warning("cut off")) \(words)\n" }
        return "  \(style.good("done")) \(words), \(durationText(ended.seconds(since: began)))\n"
    }

    private static func words(_ step: RecoveryRecord.Step) -> String {
        (RecoveryStep(stored: step.step)?.words ?? step.step).printable
    }

    var json: JSONValue { .array(records.map(Self.json)) }

    static func json(_ record: RecoveryRecord) -> JSONValue {
        func time(_ moment: Timestamp?) -> JSONValue { moment.map { .string($0.iso8601) } ?? .null }
        return [
            "recovery": .integer(Int(record.id)), "scenario": record.scenario.map(JSONValue.integer) ?? .null,
            "happened": .string(record.happened), "host": .string(record.host),
            "verbs": .array(record.verbs.map(JSONValue.string)), "reason": .string(record.reason),
            "author": .string(record.author), "acknowledgedAt": time(record.acknowledgedAt),
            "expiresAt": time(record.expiresAt), "finishedAt": time(record.finishedAt),
            "steps": .array(
                record.steps.map { step in
                    [
                        "step": .string(step.step), "beganAt": time(step.beganAt), "endedAt": time(step.endedAt),
                        "failure": step.failure.map(JSONValue.string) ?? .null,
                    ]
                }),
        ]
    }
}

extension RecoveryRunner.Progress {
    /// A line for who waits; nil where the next one says it.
    func line(of count: Int) -> String? {
        switch self {
        case .begins(let position, let step): "  \(position + 1)/\(count) \(step.words) …"
        case .wasDone(let position, let step): "  \(position + 1)/\(count) \(step.words): was done already"
        case .done(let position, let step, let seconds):
            "  \(position + 1)/\(count) \(step.words): done after \(seconds.formatted(.number.precision(.fractionLength(1)))) s"
        }
    }
}
