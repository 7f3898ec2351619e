import ArgumentParser
import Lab

struct LabReplace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace", abstract: "Puts a new machine with a blank disk in the place of a host.",
        discussion: """
            Example:

              warren lab replace mq3

            It has the same name, address, manifest, secrets and packages, and nothing that the host had written.
            """)

    @OptionGroup var labOptions: LabOptions

    @Argument(help: "A host of the manifest.")
    var host: String

    func run() async throws {
        let laboratory = Laboratory.telling()
        let (lab, host) = (try labOptions.lab(in: laboratory), host)
        try await Laboratory.interruptible { try await laboratory.replace(host, in: lab) }
    }
}
