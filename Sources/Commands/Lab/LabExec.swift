import ArgumentParser
import HostAccess
import Lab

struct LabExec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Runs a command on a host of a lab.",
        discussion: """
            Examples:

              warren lab exec mq1 -- rabbitmqctl cluster_status
              warren lab exec lb1 -- bash
              warren lab exec client -- ./publisher.py amqp://10.77.0.100

            The command is the host's own and has the host's environment; terminal, input, outputs and exit code are
            passed through. As client it is one of this machine, in the network of the lab and in your environment.
            """)

    @OptionGroup var labOptions: LabOptions

    @Argument(help: "A host of the manifest, or client.")
    var host: String

    @Argument(parsing: .postTerminator, help: "The command, after --.")
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("Name a command after --, such as: -- systemctl status") }
    }

    func run() async throws {
        let laboratory = Laboratory()
        let record = try laboratory.record(labOptions.lab(in: laboratory))
        try laboratory.invocation(host, command, in: record).replaceThisProcess()
    }
}
