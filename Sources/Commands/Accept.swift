import ArgumentParser
import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import StateStore

struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets a commit come into force that was refused because history was rewritten.",
        discussion: """
            Example:

              warren accept 1a2b3c4d5e6f --reason "the branch was rebased, see CHG-1234"

            Only a commit can be accepted that this host refused because it does not descend from the one in force, or
            because it is for another cluster. It is for this host alone: each host asks for a person of its own. The
            agent takes it within seconds. No one can accept a commit that is not signed, or that holds no valid manifest.
            """)

    @Argument(help: ArgumentHelp("The commit, or its first 7 digits or more.", valueName: "commit"))
    var commit: String

    @Option(help: ArgumentHelp("Why; it is kept with your name.", valueName: "text"))
    var reason: String

    @Option(name: .customLong("for"), help: ArgumentHelp("How long this stays valid.", valueName: "duration"))
    var validity = "1h"

    @OptionGroup var stateOptions: StateOptions

    func validate() throws {
        guard Commit.isPrefix(commit) else {
            throw ValidationError("a commit is named by 7 or more of its hexadecimal digits, in small letters")
        }
        guard reason.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--reason must not be empty") }
        guard let length = DurationText.milliseconds(validity), (60_000...604_800_000).contains(length) else {
            throw ValidationError("--for is from 1m to 7d")
        }
    }

    func run() throws {
        let store = try stateOptions.openForWriting()
        let found = try store.commits(prefix: commit)
        guard let record = found.first, found.count == 1 else {
            throw CommandFailure(
                found.isEmpty
                    ? "this host never saw a commit \(commit); warren status names the one that it refuses"
                    : "\(commit) is the beginning of several commits; write more of it")
        }
        guard let refusal = record.refusal else {
            throw CommandFailure("commit \(record.commit.short) was not refused; there is nothing to accept")
        }
        guard refusal.reason.isAcceptable else {
            throw CommandFailure("this can't be accepted: \(refusal.message)")
        }
        let now = Timestamp.now
        let expiry = Timestamp(milliseconds: now.milliseconds + Int64(DurationText.milliseconds(validity) ?? 0))
        let author = Self.person
        try store.accept(
            Acceptance(
                commit: record.commit.id, author: author, reason: reason, acceptedAt: now, expiresAt: expiry))
        Terminal.note(
            "\(author) accepts \(record.commit.short) on this host until \(expiry.iso8601): \(reason.printable)")
    }

    /// Who is at the keyboard: behind sudo, the account that it was called from.
    private static var person: String {
        let environment = ProcessInfo.processInfo.environment
        return environment["SUDO_USER"] ?? environment["USER"] ?? NSUserName()
    }
}
