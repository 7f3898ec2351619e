import ArgumentParser
import ClusterModel
import StateStore

struct DriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "The drift report: what is not as the manifest says, and what was and was repaired.",
        discussion: """
            Examples:

              warren drift
              warren drift --since 24h --output json

            It answers from what is remembered and says how old that is. Exit code 0: no open drift. 2: open drift.
            """)

    @Option(help: ArgumentHelp("Also what was found and ended since, such as 30m, 24h or 7d.", valueName: "duration"))
    var since: String?

    @Flag(help: "Also list what is there and stands in no manifest.")
    var unmanaged = false

    @Flag(help: "Print every line, however many there are.")
    var full = false

    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func validate() throws {
        if let since, Self.milliseconds(since) == nil {
            throw ValidationError("\(since) is no duration; write it like 30m, 24h or 7d")
        }
    }

    func run() throws {
        let report = try DriftReport(
            reading: stateOptions.openForReading(), at: .now, since: since.flatMap(Self.milliseconds),
            listsUnmanaged: unmanaged, isFull: full)
        Terminal.print(report, as: options.output)
        if !report.open.isEmpty { throw ExitCode.drift }
    }

    static func milliseconds(_ text: String) -> Int64? {
        let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            guard let count = Int64(text.dropLast(suffix.count)), count > 0 else { continue }
            let product = count.multipliedReportingOverflow(by: factor)
            return product.overflow ? nil : product.partialValue
        }
        return nil
    }
}
