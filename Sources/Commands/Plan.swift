import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import StateStore

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows the drift and the exact commands that would remove it; changes nothing.",
        discussion: """
            Example:

              warren plan -f manifests/single.yaml
              warren plan -f manifests/single.yaml --against snapshot.json --output markdown

            With --against no broker is asked: the manifest is compared with what `warren status --snapshot` wrote.
            Exit code 0: no drift. 2: drift. 1: the broker could not be read.
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: CommentOptions

    @Option(help: ArgumentHelp("Compare with this snapshot instead of the broker.", valueName: "snapshot"))
    var against: String?

    @Flag(help: "Print every line, and what the commands read.")
    var full = false

    func run() async throws {
        Signals.ignoreBrokenPipes()
        if let against { return try compare(with: against) }
        let preparation = try Preparation(manifestOptions, hostOptions)
        let run = try await plan(preparation)
        Terminal.print(
            PlanReport(
                manifest: preparation.manifest, revision: preparation.source.revision, run: run, isFull: full),
            as: options.output)
        try end(run)
    }

    /// Reads the manifest and the snapshot, and nothing else.
    private func compare(with path: String) throws {
        let (source, manifest) = try manifestOptions.load()
        let snapshot = try SnapshotFile.read(path)
        let plan: SnapshotPlan
        do {
            plan = try SnapshotPlan(of: manifest, against: snapshot)
        } catch {
            throw CommandFailure("\(path.printable): \(error)")
        }
        Terminal.print(
            PlanReport(
                manifest: manifest, revision: source.revision, run: plan.run, isFull: full, against: plan),
            as: options.output)
        try end(plan.run)
    }

    private func end(_ run: PlannedRun) throws {
        if !run.plan.unknown.isEmpty { throw ExitCode.failure }
        if !run.plan.openDrift.isEmpty { throw ExitCode.drift }
    }

    /// Without a state file that can be written, a plan still says what is so; only what Warren created is unknown.
    private func plan(_ preparation: Preparation) async throws -> PlannedRun {
        do {
            let store = try stateOptions.openForWriting()
            try store.recordRevision(preparation.source.revision, path: preparation.source.path, at: .now)
            return try await preparation.reconciler(store: store).plan()
        } catch let error as StateStoreError {
            Terminal.note("warning: \(error). Nothing of this plan is remembered.")
            return try await preparation.reconciler(store: nil).plan()
        }
    }
}
