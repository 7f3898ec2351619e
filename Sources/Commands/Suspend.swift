import AgentRuntime
import ArgumentParser
import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import Providers
import StateStore

struct Suspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Switches enforcement off for a time; observing and reporting go on.",
        discussion: """
            Examples:

              warren suspend --for 2h --reason "moving disks"
              warren suspend --cluster --for 30m --reason "load test"

            It ends by itself, survives restarts, and shows in warren status. It returns when the agent has seen it:
            then nothing more is changed. warren resume ends it early.
            """)

    @Option(name: .customLong("for"), help: ArgumentHelp("How long: 30m, 2h, at most 30d.", valueName: "duration"))
    var duration: String

    @Option(help: ArgumentHelp("Why, for those who wonder.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Who suspends it; the account where left out.", valueName: "name"))
    var by: String?

    @Flag(help: "The whole cluster, on all hosts; run it on a host whose broker runs.")
    var cluster = false

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func validate() throws {
        let milliseconds = DurationText.milliseconds(duration).map(Int64.init) ?? 0
        guard (1000...Suspension.longest).contains(milliseconds) else {
            throw ValidationError("--for takes a duration from 1s to 30d, such as 30m or 2h")
        }
        guard (1...1000).contains(reason.utf8.count), !reason.allSatisfy(\.isWhitespace) else {
            throw ValidationError("--reason takes a text of at most 1000 bytes that says why")
        }
        guard by.map({ (1...255).contains($0.utf8.count) }) ?? true else {
            throw ValidationError("--by takes a name of at most 255 bytes")
        }
    }

    func run() async throws {
        let now = Timestamp.now
        let suspension = Suspension(
            cluster ? .cluster : .host, author: by ?? Self.account, reason: reason, since: now,
            until: Timestamp(milliseconds: now.milliseconds + Int64(DurationText.milliseconds(duration) ?? 0)))
        let store = try stateOptions.openForWriting()
        if cluster {
            try await ClusterTools.suspension(manifestOptions, hostOptions).set(suspension)
        }
        try store.suspend(suspension)
        let isSeen = AgentNotice.give(state: stateOptions.state)
        Terminal.print(
            SuspensionReport(done: suspension.sentence, suspensions: [suspension], isSeen: isSeen), as: options.output)
    }

    /// Who is at the keyboard, also behind sudo.
    static var account: String {
        let sudo = ProcessInfo.processInfo.environment["SUDO_USER"] ?? ""
        return sudo.isEmpty ? OSUser.current?.name ?? "uid \(geteuid())" : sudo
    }
}

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ends a suspension before its time.",
        discussion: """
            Examples:

              warren resume
              warren resume --cluster
            """)

    @Flag(help: "The suspension of the whole cluster; run it on a host whose broker runs.")
    var cluster = false

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func run() async throws {
        let store = try stateOptions.openForWriting()
        if cluster { try await ClusterTools.suspension(manifestOptions, hostOptions).clear() }
        let ended = try [store.resume(cluster ? .cluster : .host)].compactMap { $0 }.active(at: .now).first
        let isSeen = AgentNotice.give(state: stateOptions.state)
        let left = try store.suspensions().active(at: .now)
        let done = ended.map { "resumed, before it was \($0.sentence)" }
        Terminal.print(
            SuspensionReport(
                done: done ?? "\(cluster ? "the cluster" : "this host") was not suspended", suspensions: left,
                isSeen: isSeen, isResumption: true), as: options.output)
    }
}

/// The broker's tools for what concerns the whole cluster.
private enum ClusterTools {
    static func suspension(_ manifest: ManifestOptions, _ host: HostOptions) throws -> ClusterSuspension {
        let preparation = try Preparation(manifest, host)
        let installation = try preparation.context.installation(
            for: preparation.manifest, runner: preparation.runner)
        return ClusterSuspension(tools: BrokerTools(installation: installation, runner: preparation.runner))
    }
}

/// Tells the agent of this host, and waits until it has looked.
enum AgentNotice {
    /// Nil where none runs; false where it did not end a run within a minute.
    static func give(state: String) -> Bool? {
        switch AgentSocket.reconcile(state: state, waiting: 60) {
        case .noAgent: nil
        case .asked, .silent: false
        case .answered: true
        }
    }
}

struct SuspensionReport: Report {
    /// What was done.
    let done: String
    /// What holds now.
    let suspensions: [Suspension]
    /// Whether the agent of this host knows; nil where none runs.
    let isSeen: Bool?
    var isResumption = false

    func text(_ style: Style) -> String {
        var text = (done.prefix(1).uppercased() + done.dropFirst()).printable + ".\n"
        switch isSeen {
        case true?: text += "The agent of this host has seen it.\n"
        case false?:
            text += style.warning("The agent of this host is still in a run") + " and sees it when that ends.\n"
        case nil: text += style.faint("No agent runs on this host; it sees it when it starts.") + "\n"
        }
        if isResumption {
            for suspension in suspensions {
                let command = suspension.scope == .cluster ? "warren resume --cluster" : "warren resume"
                text += style.warning("still \(suspension.sentence)") + "; \(command) ends that\n"
            }
        }
        return text
    }

    var json: JSONValue {
        [
            "agentHasSeen": isSeen.map(JSONValue.bool) ?? .null,
            "suspensions": .array(suspensions.map(\.json)),
        ]
    }
}

extension Suspension {
    var json: JSONValue {
        [
            "scope": .string(scope.rawValue), "author": .string(author), "reason": .string(reason),
            "since": .string(since.iso8601), "until": .string(until.iso8601),
        ]
    }
}
