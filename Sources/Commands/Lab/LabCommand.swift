import ArgumentParser
import ClusterModel
import HostAccess
import Lab
import Reporting

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Boots every host of a manifest as a real Debian system on this machine.",
        discussion: """
            To rehearse a manifest, and a failure before it is met. Needs root; nothing outside of the lab is touched.

              warren lab up -f manifests/lab.yaml
              warren lab exec mq1 -- rabbitmqctl cluster_status
              warren lab kill mq2 rabbitmq
              warren lab cut mq1 mq2
              warren lab down
            """,
        subcommands: [
            LabUp.self, LabDown.self, LabStatusCommand.self, LabList.self, LabExec.self, LabKill.self,
            LabFreeze.self, LabThaw.self, LabCut.self, LabMend.self, LabPowerOff.self, LabPowerOn.self,
            LabReplace.self, LabPrepare.self,
        ])
}

/// Which lab is meant.
struct LabOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The lab's name; not needed where there is only one.", valueName: "lab"))
    var name: String?

    /// The lab that is named, or the only one.
    func lab(in laboratory: Laboratory) throws -> LabName {
        try laboratory.requireRoot()
        if let name { return try LabName(name) }
        let names = laboratory.names()
        guard let only = names.first else {
            throw CommandFailure("there is no lab; make one with: warren lab up -f MANIFEST")
        }
        guard names.count == 1 else {
            let list = names.map(\.description).joined(separator: ", ")
            throw CommandFailure("there are several labs; say which with --name: \(list)")
        }
        return only
    }
}

extension Laboratory {
    /// Says each step on standard error.
    static func telling() -> Laboratory {
        let style = Style(for: Terminal.stderrDescriptor)
        return Laboratory { step in
            let subject = step.host.map { style.bold($0) + ": " } ?? ""
            let time = step.duration.map { duration in
                let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
                return " " + style.faint("in " + durationText(seconds))
            }
            Terminal.note(subject + step.what + (time ?? ""))
        }
    }

    /// Runs what makes a lab or boots hosts, so that an interruption undoes what was begun.
    static func interruptible(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await Interruption.cancelling(body)
        } catch is CancellationError {
            throw CommandFailure("interrupted; what was begun is undone")
        } catch ProcessFailure.cancelled {
            throw CommandFailure("interrupted; what was begun is undone")
        }
    }
}
