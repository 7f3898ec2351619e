import ArgumentParser
import Lab
import Reporting

struct LabFreeze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze", abstract: "Stops a service on a host in the middle of what it does.",
        discussion: """
            Example:

              warren lab freeze mq2 rabbitmq

            Its processes are there and do nothing, until thaw. Its connections stay open.
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var arguments: LabServiceArguments

    func run() async throws {
        let laboratory = Laboratory.telling()
        let lab = try labOptions.lab(in: laboratory)
        let count = try laboratory.freeze(arguments.service, on: arguments.host, in: lab)
        Terminal.note("\(arguments.host): froze \(counted(count, "process", "processes")) of \(arguments.service)")
    }
}

struct LabThaw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thaw", abstract: "Lets a frozen service go on.",
        discussion: """
            Example:

              warren lab thaw mq2 rabbitmq
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var arguments: LabServiceArguments

    func run() async throws {
        let laboratory = Laboratory.telling()
        let lab = try labOptions.lab(in: laboratory)
        let count = try laboratory.freeze(arguments.service, on: arguments.host, in: lab, thaw: true)
        Terminal.note("\(arguments.host): thawed \(counted(count, "process", "processes")) of \(arguments.service)")
    }
}
