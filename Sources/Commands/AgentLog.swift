import AgentRuntime
import ClusterModel
import Foundation
import StateStore

/// The agent's words, one line each, for the journal: a severity as systemd reads it, a sentence, and fields.
struct AgentLog: Sendable {
    /// As syslog counts them (`man sd-daemon`).
    enum Severity: Int { case error = 3, warning = 4, notice = 5, info = 6 }

    /// Whether the journal reads standard error, which then takes severities.
    private let isJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil

    func write(_ event: AgentEvent) {
        switch event {
        case .manifest(let revision): write(.notice, "the manifest is in force", ["revision": revision])
        case .commit(let commit):
            write(
                .notice, "the commit is in force: \(commit.subject)", ["revision": commit.id, "author": commit.author])
        case .repository(nil): write(.notice, "the repository answers again")
        case .repository(let problem?): write(.warning, "\(problem); what is in force stays")
        case .refused(let problem, let isAnotherInForce):
            let state = isAnotherInForce ? "the one in force stays" : "there is none in force; nothing is done"
            write(.error, "the manifest can't be used and \(state): \(problem)")
        case .failed(let problem): write(.error, problem)
        case .streamEnded(let end, let pause):
            let seconds = String(format: "%.1f", pause)
            write(.warning, "the broker's event stream ended: \(end); it is opened again in \(seconds) s")
        case .unreadableEvents:
            write(
                .warning,
                "a line of the broker's event stream could not be read and was dropped; "
                    + "further ones are only counted, see changes.unreadable of the status")
        case .report(.success(let path)): write(.info, "the drift report is written", ["file": path])
        case .report(.failure(let problem)):
            write(.error, "the drift report can't be written and is tried again: \(problem)")
        case .ran(let run, let cause):
            let severity: Severity =
                switch run.result {
                case .converged: .info
                case .drifted, .stalled, .unknown: .warning
                case .failed: .error
                }
            write(
                severity, run.sentence,
                [
                    "run": run.id.map(String.init) ?? "none", "cause": cause.rawValue, "result": run.result.rawValue,
                    "actions": String(run.actions.count), "seconds": String(format: "%.2f", run.seconds),
                ])
            for carriedOut in run.actions {
                let message = carriedOut.outcome.message.map { ": \($0)" } ?? ""
                write(
                    carriedOut.outcome == .succeeded ? .notice : .warning,
                    "\(carriedOut.action.verb.rawValue) \(carriedOut.action.resource) \(carriedOut.outcome.word)\(message)",
                    ["run": run.id.map(String.init) ?? "none"])
            }
        }
    }

    func write(_ severity: Severity, _ sentence: String, _ fields: KeyValuePairs<String, String> = [:]) {
        let rest = fields.map { " \($0.key)=\($0.value)" }.joined()
        let line = (isJournal ? "<\(severity.rawValue)>" : "") + (sentence + rest).printable + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
