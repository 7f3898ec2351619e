import ArgumentParser
import Lab

struct LabPrepare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare", abstract: "Makes the tree that the hosts of a release share, where it is missing.",
        discussion: """
            Example:

              warren lab prepare --debian 13

            up does so by itself; this is for doing it beforehand. The tree stays until it is removed by hand.
            """)

    @Option(help: "The release of Debian.")
    var debian = DebianRelease.twelve

    @Option(help: ArgumentHelp("The archive of Debian; this machine's own where it is left out.", valueName: "url"))
    var mirror: String?

    func run() async throws {
        let laboratory = Laboratory.telling()
        let (debian, mirror) = (debian, mirror)
        try await Laboratory.interruptible { _ = try await laboratory.prepare(debian, mirror: mirror) }
    }
}
