import ArgumentParser
import HostAccess

/// The root of the command line.
public struct WarrenCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "warren",
        abstract: "Keeps RabbitMQ clusters on plain hosts as a manifest says.",
        discussion: """
            A first session:

              warren validate manifest.yaml
              warren plan -f manifest.yaml
              warren apply -f manifest.yaml
              warren status

            Exit codes: 0 done and no drift, 2 done and drift remains, 1 failed, 64 wrong usage, 65 invalid manifest.
            """,
        version: Version.text,
        subcommands: [
            Validate.self, PlanCommand.self, Apply.self, Status.self, DriftCommand.self, History.self,
            Reconcile.self, Suspend.self, Resume.self, Render.self, Schema.self, AgentCommand.self, Accept.self,
            Services.self, Broker.self,
            Adopt.self, Recover.self, DoctorCommand.self, LabCommand.self,
        ])

    public init() {}

    /// Runs the command line of this process. A broken pipe must not end it.
    public static func start() async {
        Signals.ignoreBrokenPipes()
        await main(nil)
    }
}

enum Version {
    static let text = "0.1.0"
}
