import AgentRuntime
import ArgumentParser
import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import Planning
import Providers
import StateStore

struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is left of a broken cluster, and brings this host out of it when a person says so.",
        discussion: """
            Examples, on the host of a broker:

              warren recover
              warren recover --acknowledge "mq1 forget_cluster_node: the disk of mq2 is lost, see CHG-12"
              warren recover --continue
              warren recover --definitions 12

            Without an option it changes nothing: it says what happened, what would be lost, and each step. On a terminal
            it then asks for the name of the host and the reason, and carries the steps out; elsewhere --acknowledge says
            both, with the verbs of the plan. Each step is looked at again right before it, and written down. Exit code 0:
            nothing is to be done, or all is done. 2: something is to be done. 1: what happened is not understood, or a
            step was not done.
            """)

    @Option(
        help: ArgumentHelp(
            "Carry the plan out: the host, the plan's verbs, and why; it is kept with your name.",
            valueName: "host verbs: reason"))
    var acknowledge: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long steps may be begun by this, from 1m to 1d.", valueName: "duration"))
    var validity = "1h"

    @Flag(name: .customLong("continue"), help: "Go on with a recovery that was cut off, while its time lasts.")
    var goesOn = false

    @Option(
        help: ArgumentHelp(
            "Bring back what this export of the definitions holds, into the cluster that runs.", valueName: "export"))
    var definitions: Int64?

    @Flag(help: "List the recoveries of this host, with who acknowledged them.")
    var list = false

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func validate() throws {
        guard let length = DurationText.milliseconds(validity), (60_000...86_400_000).contains(length) else {
            throw ValidationError("--for is from 1m to 1d")
        }
        guard [acknowledge != nil, goesOn, list, definitions != nil].count(where: { $0 }) < 2 else {
            throw ValidationError("--acknowledge, --continue, --definitions and --list exclude each other")
        }
        guard acknowledge.map({ Acknowledgement($0) != nil }) ?? true else {
            throw ValidationError(
                "--acknowledge takes the host, the verbs and why, such as "
                    + "\"mq1 forget_cluster_node: the disk of mq2 is lost\"")
        }
    }

    func run() async throws {
        guard hostOptions.runtime == .systemd else {
            throw CommandFailure("warren recover works on hosts whose broker systemd runs")
        }
        if list { return Terminal.print(RecoveriesReport(records: try known()), as: options.output) }
        let bench = try RecoveryBench(manifestOptions, hostOptions, stateOptions)
        if goesOn { return try await proceed(bench) }
        if let definitions {
            let report = try await bench.restore(definitions, from: try stateOptions.openForReading())
            Terminal.print(report, as: options.output)
            if !report.refused.isEmpty { throw ExitCode.failure }
            return
        }
        let input = try await bench.input(store: try existingStore())
        let report = RecoverReport(
            host: bench.host.name, finding: Recovery(input).finding, forceLoad: input.directory.forceLoad,
            unfinished: try unfinished())
        if let text = acknowledge, let word = Acknowledgement(text) {
            return try await carryOut(report, word, bench)
        }
        Terminal.print(report, as: options.output)
        if options.output == .text, case .plan(let plan) = report.finding, let word = Self.ask(plan, report.host) {
            return try await carryOut(report, word, bench)
        }
        if let code = report.exitCode { throw code }
    }

    private func carryOut(_ report: RecoverReport, _ word: Acknowledgement, _ bench: RecoveryBench) async throws {
        guard case .plan(let plan) = report.finding else {
            Terminal.print(report, as: options.output)
            throw CommandFailure("there is no plan to acknowledge; nothing was done")
        }
        if let refusal = word.refusal(of: plan, on: report.host) {
            throw CommandFailure(
                "this does not acknowledge the plan: \(refusal). It is: "
                    + "--acknowledge \"\(Acknowledgement.form(host: report.host, plan: plan))\"")
        }
        let now = Timestamp.now
        let store = try stateOptions.openForWriting()
        let id = try store.beginRecovery(
            scenario: plan.scenario, happened: plan.happened, host: word.host, verbs: word.verbs, reason: word.reason,
            author: Suspend.account, steps: plan.steps.map(\.stored), at: now,
            until: Timestamp(milliseconds: now.milliseconds + Int64(DurationText.milliseconds(validity) ?? 0)))
        try await run(id, store, bench)
        Terminal.note("After that: \(plan.afterwards.printable)")
    }

    private func proceed(_ bench: RecoveryBench) async throws {
        guard let record = try unfinished() else {
            throw CommandFailure("no recovery of this host waits to go on; warren recover says what is to be done")
        }
        try await run(record.id, try stateOptions.openForWriting(), bench)
    }

    private func run(_ id: Int64, _ store: StateStore, _ bench: RecoveryBench) async throws {
        guard let lock = try FileLock(stateOptions.state + ".recover") else {
            throw CommandFailure("another warren recover is at work; wait until it is done")
        }
        defer { withExtendedLifetime(lock) {} }
        guard let record = try store.recoveries(limit: 1).first, record.id == id else {
            throw CommandFailure("recovery \(id) is not the latest any more; call warren recover again")
        }
        let count = record.steps.count
        do {
            try await bench.runner(store, state: stateOptions.state).carryOut(record) {
                if let line = $0.line(of: count) { Terminal.note(line) }
            }
        } catch let stop as RecoveryStop {
            throw CommandFailure(
                "\(stop.description.printable). Nothing after that was begun. When that is mended, warren recover "
                    + "--continue goes on, until \(record.expiresAt.iso8601); warren resume lets the agent act at once."
            )
        }
        let done = try store.recoveries(limit: 1).filter { $0.id == id }
        Terminal.print(RecoveriesReport(records: done), as: options.output)
    }

    private func existingStore() throws -> StateStore? {
        (try? FileStatus(stateOptions.state)) == nil ? nil : try stateOptions.openForReading()
    }

    /// The latest first. What an older version wrote has none.
    private func known() throws -> [RecoveryRecord] {
        do {
            return try existingStore()?.recoveries() ?? []
        } catch let error as StateStoreError where error.code == .older {
            return []
        }
    }

    /// The latest recovery, where it was cut off and may still go on.
    private func unfinished() throws -> RecoveryRecord? {
        try known().first.flatMap { $0.finishedAt == nil && Timestamp.now < $0.expiresAt ? $0 : nil }
    }

    /// Asks the person at the terminal; nil where there is none, or the answer is another one.
    private static func ask(_ plan: RecoveryPlan, _ host: String) -> Acknowledgement? {
        guard isatty(FileHandle.standardInput.fileDescriptor) == 1, isatty(Terminal.stdoutDescriptor) == 1 else {
            return nil
        }
        Terminal.note("\nTo do this now, type the name of this host; anything else leaves all as it is:")
        guard readLine() == host else { return nil }
        Terminal.note("Why? It is kept with your name:")
        let reason = readLine() ?? ""
        return reason.contains { !$0.isWhitespace }
            ? Acknowledgement(host: host, verbs: plan.verbs, reason: reason) : nil
    }
}
