import ArgumentParser
import ClusterModel
import Foundation
import HostAccess
import StateStore

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the cluster at a glance.",
        discussion: """
            Example:

              warren status
              warren status --remembered --output json
              warren status --snapshot > snapshot.json

            It asks the agents of all hosts of the manifest, each for a second at most. Where none answers, or with
            --remembered, it tells what this host remembers, and how old that is. With --snapshot it reads the broker
            of this host and prints all that it finds, redacted, for `warren plan --against`.
            Exit code 0: converged. 2: not converged. 1: it could not be told.
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions
    @Flag(help: "Ask no agent; tell what this host remembers.")
    var remembered = false
    @Flag(help: "Print what is there as JSON, to compare a manifest with elsewhere.")
    var snapshot = false

    private var inquiry: ClusterInquiry {
        ClusterInquiry(
            manifest: manifestOptions.path, memory: stateOptions.state.directoryOfPath, host: hostOptions.host)
    }

    func run() async throws {
        Signals.ignoreBrokenPipes()
        if snapshot { return try await printSnapshot() }
        if !remembered, let status = await inquiry.ask() {
            let isTerminal = isatty(Terminal.stdoutDescriptor) == 1
            let width = isTerminal ? Terminal.columns(of: Terminal.stdoutDescriptor) : 160
            Terminal.print(ClusterStatusReport(status: status, width: width), as: options.output)
            switch status.verdict {
            case .converged: return
            case .drifted: throw ExitCode.drift
            case .unknown: throw ExitCode.failure
            }
        }
        let report = try StatusReport(reading: stateOptions.openForReading(), at: .now)
        Terminal.print(report, as: options.output)
        let isUnknown = report.cluster.map { $0.unknownReason != nil } ?? report.conditions.isEmpty
        if isUnknown { throw ExitCode.failure }
        if !report.drift.isEmpty { throw ExitCode.drift }
    }

    private func printSnapshot() async throws {
        let store = try? stateOptions.openForReading()
        if store == nil {
            Terminal.note("warning: \(stateOptions.state) can't be read: what Warren created is unknown")
        }
        let preparation = try Preparation(manifestOptions, hostOptions, orInForce: stateOptions)
        let snapshot = try await preparation.reconciler(store: store).snapshot()
        Terminal.print(SnapshotReport(snapshot: snapshot), as: OutputFormat.json)
        guard case .unknown(let reason) = snapshot.observation.cluster else { return }
        throw CommandFailure("the broker could not be read, and the snapshot says so: \(reason)".printable)
    }
}

extension Timestamp {
    static var now: Timestamp { SystemClock.now() }
}
