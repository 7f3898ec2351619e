import ArgumentParser
import ClusterModel
import StateStore

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows runs, newest first; with a number, one run whole.",
        discussion: """
            Examples:

              warren history --limit 5
              warren history 12
            """)

    @Argument(help: ArgumentHelp("The number of one run.", valueName: "run"))
    var number: Int64?

    @Option(help: ArgumentHelp("How many runs.", valueName: "count"))
    var limit = 20

    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func validate() throws {
        guard (1...2000).contains(limit) else { throw ValidationError("--limit takes a number from 1 to 2000") }
    }

    func run() throws {
        let store = try stateOptions.openForReading()
        guard let number else {
            return Terminal.print(HistoryReport(runs: try store.runs(limit: limit), now: .now), as: options.output)
        }
        guard let detail = try store.run(number) else {
            throw CommandFailure("there is no run \(number); warren history lists those that are kept")
        }
        Terminal.print(RunDetailReport(detail: detail, now: .now), as: options.output)
    }
}
