import ArgumentParser
import Lab

struct LabPowerOff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "power-off", abstract: "Cuts the power of hosts. Their disks stay.",
        discussion: """
            Examples:

              warren lab power-off mq1
              warren lab power-off --graceful mq1 mq2

            Everything on the host is gone at once; with --graceful its system stops everything in order first.
            """)

    @OptionGroup var labOptions: LabOptions

    @Flag(help: "Shut down in order.")
    var graceful = false

    @Argument(help: "Hosts of the manifest.")
    var hosts: [String]

    func run() async throws {
        let laboratory = Laboratory.telling()
        try await laboratory.powerOff(hosts, in: labOptions.lab(in: laboratory), isGraceful: graceful)
    }
}
