import ArgumentParser
import Lab

struct LabDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Removes a lab with all that belongs to it.",
        discussion: """
            Example:

              warren lab down --name orders

            Also what is left of a lab whose start was interrupted. The trees that hosts are made from stay.
            """)

    @OptionGroup var labOptions: LabOptions

    func run() async throws {
        let laboratory = Laboratory.telling()
        try await laboratory.down(labOptions.lab(in: laboratory))
    }
}
