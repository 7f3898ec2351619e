import ArgumentParser
import Lab

struct LabMend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mend", abstract: "Mends what was cut, everywhere or of one host.",
        discussion: """
            Examples:

              warren lab mend
              warren lab mend mq1
            """)

    @OptionGroup var labOptions: LabOptions

    @Argument(help: "A host of the manifest, or the lab that this one is joined to; all where it is left out.")
    var host: String?

    func run() async throws {
        let laboratory = Laboratory.telling()
        try await laboratory.mend(host, in: labOptions.lab(in: laboratory))
        Terminal.note("\(host ?? "all hosts"): mended")
    }
}
