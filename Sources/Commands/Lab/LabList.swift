import ArgumentParser
import ClusterModel
import Lab

struct LabList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the labs of this machine.",
        discussion: """
            Example:

              warren lab list
            """)

    @OptionGroup var options: OutputOptions

    func run() async throws {
        let laboratory = Laboratory()
        try laboratory.requireRoot()
        let labs = laboratory.names().map { name in
            LabListReport.Lab(name: name, status: try? laboratory.status(name))
        }
        Terminal.print(LabListReport(labs: labs), as: options.output)
    }
}

/// All labs; one without a status was interrupted while it was made.
struct LabListReport: Report {
    struct Lab {
        let name: LabName
        let status: LabStatus?

        var state: String { status == nil ? "incomplete" : "up" }
        var hosts: Int { status?.hosts.count ?? 0 }
        var running: Int { status?.hosts.count { $0.state != .off } ?? 0 }
    }

    let labs: [Lab]

    func text(_ style: Style) -> String {
        guard !labs.isEmpty else { return "There is no lab.\n" }
        var table = Table(header: ["LAB", "STATE", "CLUSTER", "DEBIAN", "NETWORK", "HOSTS ON"])
        for lab in labs {
            let plan = lab.status?.record.plan
            table.rows.append([
                lab.name.description, lab.state, plan?.cluster.printable ?? "-", plan?.release.rawValue ?? "-",
                plan?.network.description ?? "-", "\(lab.running) of \(lab.hosts)",
            ])
        }
        return table.text(style)
    }

    var json: JSONValue {
        .array(
            labs.map { lab in
                let plan = lab.status?.record.plan
                return [
                    "name": .string(lab.name.description), "state": .string(lab.state),
                    "cluster": plan.map { .string($0.cluster) } ?? .null,
                    "debian": plan.map { .string($0.release.rawValue) } ?? .null,
                    "network": plan.map { .string($0.network.description) } ?? .null,
                    "hosts": .integer(lab.hosts), "running": .integer(lab.running),
                ]
            })
    }
}
