import AgentRuntime
import ArgumentParser
import ClusterModel
import StateStore

struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reconciles until everything is as the manifest says, or says what is in the way.",
        discussion: """
            Example:

              warren apply -f manifests/single.yaml

            It carries out the plan that `warren plan` prints, then reads again. Exit code 0: no drift is left.
            2: drift is left, with the reason. 1: it could not be done.
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    @Flag(help: "Only show what would be done: the same as `warren plan`.")
    var dryRun = false

    @Flag(help: "Print every line, and what the commands read.")
    var full = false

    func run() async throws {
        guard !dryRun else {
            var plan = PlanCommand()
            (plan.manifestOptions, plan.hostOptions) = (manifestOptions, hostOptions)
            (plan.stateOptions, plan.full, plan.against) = (stateOptions, full, nil)
            plan.options = CommentOptions()
            plan.options.output = options.output == .json ? .json : .text
            return try await plan.run()
        }
        let preparation = try Preparation(manifestOptions, hostOptions)
        let lock = try stateOptions.lock()
        defer { withExtendedLifetime(lock) {} }
        let store = try stateOptions.openForWriting()
        try store.recordRevision(preparation.source.revision, path: preparation.source.path, at: .now)
        let progress = ApplyProgress()
        let report = try await preparation.reconciler(store: store).apply(cause: .request, store: store) { event in
            progress.show(event)
        }
        progress.end()
        Terminal.print(
            ApplyReport(
                manifest: preparation.manifest, revision: preparation.source.revision, run: report, isFull: full),
            as: options.output)
        switch report.result {
        case .converged: return
        case .drifted, .stalled: throw ExitCode.drift
        case .failed, .unknown: throw ExitCode.failure
        }
    }
}
