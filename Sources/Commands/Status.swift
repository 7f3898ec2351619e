import ArgumentParser
import ClusterModel
import HostAccess
import StateStore

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the cluster at a glance, as Warren last saw it.",
        discussion: """
            Example:

              warren status
              warren status --output json

            It answers from what is remembered, also when the broker is down, and says how old the answer is.
            Exit code 0: no drift. 2: drift. 1: nothing is known.
            """)

    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func run() throws {
        let report = try StatusReport(reading: stateOptions.openForReading(), at: .now)
        Terminal.print(report, as: options.output)
        if report.cluster?.unknownReason != nil || report.cluster == nil { throw ExitCode.failure }
        if !report.drift.isEmpty { throw ExitCode.drift }
    }
}

extension Timestamp {
    static var now: Timestamp { SystemClock.now() }
}
