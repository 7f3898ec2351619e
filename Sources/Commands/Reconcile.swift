import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import StateStore

struct Reconcile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks the running agent of this host for a run now.",
        discussion: """
            Example:

              warren reconcile --wait

            With --wait it returns when that run has ended, and prints its sentence. Exit code 0: asked, or the run
            converged. 2: drift is left. 1: there is no agent, or the run could not be carried through.
            """)

    @Flag(help: "Return when the run that was asked for has ended.")
    var wait = false

    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func run() throws {
        Signals.ignoreBrokenPipes()
        let reply = AgentSocket.reconcile(
            state: stateOptions.state, waiting: wait ? Int(2 * Agent.longestRun) : nil)
        switch reply {
        case .asked: Terminal.print(ReconcileReport(answer: nil), as: options.output)
        case .noAgent(let path):
            throw CommandFailure(
                "no agent listens at \(path); start it with systemctl start warren, or run warren apply")
        case .silent: throw CommandFailure("the agent ended before the run did; see journalctl --unit=warren")
        case .answered(.failed(let reason)):
            throw CommandFailure((reason ?? "the agent could make no run").printable)
        case .answered(.ran(let run, let result, let sentence)):
            Terminal.print(ReconcileReport(answer: (run, result, sentence)), as: options.output)
            switch result {
            case .converged: return
            case .drifted, .stalled: throw ExitCode.drift
            case .failed, .unknown: throw ExitCode.failure
            }
        }
    }
}

struct ReconcileReport: Report {
    let answer: (run: Int64?, result: RunResult, sentence: String)?

    func text(_ style: Style) -> String {
        guard let answer else { return "Asked; warren status shows the run when it has ended.\n" }
        let name = answer.run.map { "Run \($0)" } ?? "The run"
        return "\(name) \(answer.result.rawValue): \(answer.sentence.printable)\n"
    }

    var json: JSONValue {
        [
            "asked": true, "run": answer?.run.map { .integer(Int($0)) } ?? .null,
            "result": answer.map { .string($0.result.rawValue) } ?? .null,
            "sentence": answer.map { .string($0.sentence) } ?? .null,
        ]
    }
}
