import ArgumentParser
import ClusterModel
import Lab
import Reporting

struct LabStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows the hosts of a lab.",
        discussion: """
            Example:

              warren lab status --name orders

            The leader is the host's first process, as this machine numbers it: nsenter --target LEADER --all.
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var options: OutputOptions

    func run() async throws {
        let laboratory = Laboratory()
        let status = try laboratory.status(labOptions.lab(in: laboratory))
        Terminal.print(LabStatusReport(status: status), as: options.output)
    }
}

/// The hosts of a lab as a table.
struct LabStatusReport: Report {
    let status: LabStatus

    private var plan: LabPlan { status.record.plan }

    func text(_ style: Style) -> String {
        var table = Table(header: ["HOST", "ROLES", "ADDRESS", "STATE", "LEADER", "UPTIME"])
        for host in status.hosts {
            table.rows.append([
                host.host.name, host.host.roles.map(\.rawValue).joined(separator: ","), host.host.address.description,
                Self.word(host), host.leader.map(String.init) ?? "-", host.uptime.map(Self.text) ?? "-",
            ])
        }
        let vip = plan.vip.map { ", VIP \($0)" } ?? ""
        return """
            lab \(style.bold(plan.name.description)): cluster \(plan.cluster.printable) on \(plan.release), \
            network \(plan.network)\(vip), client \(plan.client.address)

            \(table.text(style))
            """
    }

    private static func word(_ host: LabStatus.HostStatus) -> String {
        guard !host.separatedFrom.isEmpty else { return host.state.rawValue }
        return "\(host.state.rawValue), cut from \(host.separatedFrom.joined(separator: " "))"
    }

    private static func text(_ duration: Duration) -> String {
        Timestamp(milliseconds: 0).duration(until: Timestamp(milliseconds: duration.components.seconds * 1000))
    }

    var json: JSONValue {
        [
            "name": .string(plan.name.description), "cluster": .string(plan.cluster),
            "debian": .string(plan.release.rawValue), "network": .string(plan.network.description),
            "interface": .string(plan.interface), "client": .string(plan.client.address.description),
            "vip": plan.vip.map { .string($0.description) } ?? .null,
            "manifest": .string(status.record.manifest), "startedAt": .string(status.record.startedAt.iso8601),
            "hosts": .array(
                status.hosts.map { host in
                    [
                        "name": .string(host.host.name), "roles": .array(host.host.roles.map { .string($0.rawValue) }),
                        "address": .string(host.host.address.description), "state": .string(host.state.rawValue),
                        "leader": host.leader.map { .integer(Int($0)) } ?? .null,
                        "uptimeSeconds": host.uptime.map { .integer(Int($0.components.seconds)) } ?? .null,
                        "cutFrom": .array(host.separatedFrom.map(JSONValue.string)),
                    ]
                }),
        ]
    }
}
