import ArgumentParser
import Lab

struct LabPowerOn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "power-on", abstract: "Boots hosts from the disks that they have.",
        discussion: """
            Example:

              warren lab power-on mq1
            """)

    @OptionGroup var labOptions: LabOptions

    @Argument(help: "Hosts of the manifest.")
    var hosts: [String]

    func run() async throws {
        let laboratory = Laboratory.telling()
        let (lab, hosts) = (try labOptions.lab(in: laboratory), hosts)
        try await Laboratory.interruptible { try await laboratory.powerOn(hosts, in: lab) }
    }
}
