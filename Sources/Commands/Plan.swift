import AgentRuntime
import ArgumentParser
import ClusterModel
import StateStore

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows the drift and the exact commands that would remove it; changes nothing.",
        discussion: """
            Example:

              warren plan -f manifests/single.yaml

            Exit code 0: no drift. 2: drift. 1: the broker could not be read.
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    @Flag(help: "Print every line, and what the commands read.")
    var full = false

    func run() async throws {
        let preparation = try Preparation(manifestOptions, hostOptions)
        let run = try await plan(preparation)
        Terminal.print(
            PlanReport(
                manifest: preparation.manifest, revision: preparation.source.revision, run: run, isFull: full),
            as: options.output)
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
