import AgentRuntime
import ArgumentParser
import ClusterModel
import ManifestLoading
import Reporting
import ResourceKinds

struct DriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "The drift report: what is not as the manifest says, and what was and was repaired.",
        discussion: """
            Examples:

              warren drift
              warren drift --since 24h --output html > drift.html
              warren drift --since 7d --kind policy --vhost orders --author alice
              warren drift --since 2026-11-22T00:00:00Z --until 12h --resource 'policy orders/*'

            It answers from what is remembered and says how old that is. Exit code 0: no open drift. 2: open drift.
            """)

    @Option(
        help: ArgumentHelp(
            "Also what ended since: a time ago such as 30m, 24h or 7d, or a moment such as 2026-11-22T21:03:07Z.",
            valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only what began until then; written as --since.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("Only this kind, such as policy; may be given several times.", valueName: "kind"))
    var kind: [String] = []

    @Option(help: ArgumentHelp("Only this vhost.", valueName: "name"))
    var vhost: String?

    @Option(help: ArgumentHelp("Only what this user or account caused.", valueName: "name"))
    var author: String?

    @Option(help: ArgumentHelp("Only these resources: a kind and a path, * for any text.", valueName: "pattern"))
    var resource: String?

    @Flag(help: "Also list what is there and stands in no manifest.")
    var unmanaged = false

    @Flag(help: "Print every line, however many there are.")
    var full = false

    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: DocumentOptions

    func validate() throws {
        for text in [since, until].compactMap({ $0 }) where Self.moment(text, before: .now) == nil {
            throw ValidationError(
                "\(text) is no time; write how long ago, such as 30m, 24h or 7d, or a moment as 2026-11-22T21:03:07Z")
        }
        let names = ResourceKinds.all.map(\.kind.name)
        if let unknown = kind.first(where: { !names.contains($0) }) {
            throw ValidationError("there is no kind \(unknown); the kinds are \(names.joined(separator: ", "))")
        }
    }

    func run() throws {
        let now = Timestamp.now
        // Only a page or a text for people leaves out what is too much.
        let isWhole = full || options.output == .json
        let report = try DriftReport(
            reading: stateOptions.openForReading(), at: now, since: start(now),
            until: until.flatMap { Self.moment($0, before: now) },
            filter: DriftFilter(kinds: Set(kind), vhost: vhost, author: author, resource: resource),
            limit: isWhole ? .max : options.output == .text ? PlanReport.shortLength : DriftReport.shortLength)
        Terminal.print(
            PrintedDriftReport(report: report, listsUnmanaged: unmanaged, isFull: full), as: options.output)
        if report.open.total > 0 { throw ExitCode.drift }
    }

    /// With an end and no beginning, all that is remembered.
    private func start(_ now: Timestamp) -> Timestamp? {
        since.flatMap { Self.moment($0, before: now) } ?? until.map { _ in Timestamp(milliseconds: 0) }
    }

    static func moment(_ text: String, before now: Timestamp) -> Timestamp? {
        if let moment = Timestamp(iso8601: text) { return moment }
        guard let milliseconds = DurationText.milliseconds(text), milliseconds > 0 else { return nil }
        return Timestamp(milliseconds: now.milliseconds - Int64(milliseconds))
    }
}
