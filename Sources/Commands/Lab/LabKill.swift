import ArgumentParser
import Lab
import Reporting

struct LabServiceArguments: ParsableArguments {
    @Argument(help: "A host of the manifest.")
    var host: String

    @Argument(help: "rabbitmq, haproxy, keepalived, warren, or the name of a unit.")
    var service: String
}

struct LabKill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "Kills a service on a host, as if it had crashed.",
        discussion: """
            Example:

              warren lab kill mq2 rabbitmq

            All its processes get SIGKILL. Whether it starts again is up to its unit, and to Warren.
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var arguments: LabServiceArguments

    func run() async throws {
        let laboratory = Laboratory.telling()
        let count = try await laboratory.kill(
            arguments.service, on: arguments.host, in: labOptions.lab(in: laboratory))
        Terminal.note("\(arguments.host): killed \(counted(count, "process", "processes")) of \(arguments.service)")
    }
}
