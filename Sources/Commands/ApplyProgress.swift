import AgentRuntime
import ClusterModel
import Foundation
import Providers
import Reporting
import Synchronization

/// Says on standard error what `apply` is at. On a terminal the line of a running command counts its seconds.
final class ApplyProgress: Sendable {
    private let style = Style(for: Terminal.stderrDescriptor)
    private let isTerminal = isatty(Terminal.stderrDescriptor) == 1
    /// The line that is open, and the task that counts its seconds.
    private let open = Mutex<(line: String, task: Task<Void, Never>?)?>(nil)

    func show(_ event: RunEvent) {
        switch event {
        case .reading: begin("reading the broker")
        case .readingAgain: begin("reading the broker again")
        case .planned(let run):
            let drift = run.plan.openDrift.count
            let commands = counted(run.plan.steps.count, "command")
            finish(
                !run.plan.unknown.isEmpty
                    ? style.bad("failed")
                    : drift == 0 ? "no drift" : "\(counted(drift, "difference")), \(commands) to run")
        case .stepBegins(let number, let count, let step):
            finish("done")
            begin(
                "\(number)/\(count) \(BrokerCommand(carryingOut: step.actions).commandLine): \(DriftLines.summary(of: step.actions))"
            )
        case .stepEnds(_, _, let outcomes, let seconds):
            let failed = outcomes.count { $0.1 != .succeeded }
            finish(
                failed == 0 ? "done in \(durationText(seconds))" : style.bad("\(failed) of \(outcomes.count) failed"))
        }
    }

    func end() { finish("done") }

    private func begin(_ text: String) {
        // The line is written over while its seconds are counted, so that it must not wrap.
        let width = isTerminal ? Terminal.columns(of: Terminal.stderrDescriptor) - Self.room : 200
        let line = (text.count > width ? String(text.prefix(max(width, 10) - 2)) : text) + " …"
        Terminal.write(line, to: .standardError)
        let task = isTerminal ? tick(line) : nil
        open.withLock { current in
            current?.task?.cancel()
            current = (line, task)
        }
    }

    /// For what is written behind a line when it is done.
    private static let room = 18

    private func tick(_ line: String) -> Task<Void, Never> {
        let begun = ContinuousClock.now
        return Task {
            while (try? await Task.sleep(for: .milliseconds(200))) != nil {
                let seconds = begun.duration(to: .now).components.seconds
                if seconds > 0 { Terminal.write("\r\(line) \(seconds) s", to: .standardError) }
            }
        }
    }

    /// Ends the line that is open, if one is; on a terminal without its seconds.
    private func finish(_ text: String) {
        let ended = open.withLock { current in
            defer { current = nil }
            current?.task?.cancel()
            return current?.line
        }
        guard let line = ended else { return }
        Terminal.write(isTerminal ? "\r\u{1B}[K\(line) \(text)\n" : " \(text)\n", to: .standardError)
    }
}
