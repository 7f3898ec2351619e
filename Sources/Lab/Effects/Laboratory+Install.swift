import Foundation
import HostAccess

extension Laboratory {
    /// Warren's own unit, started where a package brought it.
    static let warrenUnit = "warren.service"

    /// Installs the lab's packages as a user would: with dpkg, on the running host.
    func install(_ host: LabHost, _ record: LabRecord) async throws {
        let layout = site.layout(of: record.plan.name)
        let packages = try Directory.names(layout.packages)
        guard !packages.isEmpty else { return }
        try await runner.step(host.name, packages.count == 1 ? "package installed" : "packages installed") {
            let paths = packages.map { "\(HostCommands.packagesInside)/\($0)" }
            try await run(
                ["env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--install", "--force-confold"] + paths, host, record,
                "Installing \(packages.map { $0.drop { $0 != "-" }.dropFirst() }.joined(separator: ", ")) on \(host.name)"
            )
        }
        let unit = try await exec(host.name, ["systemctl", "cat", Self.warrenUnit], in: record)
        guard unit.status.isSuccess else { return }
        try await runner.step(host.name, "warren started") {
            try await run(
                ["systemctl", "enable", "--now", Self.warrenUnit], host, record, "Starting warren on \(host.name)")
        }
    }

    /// Runs a command on a host that has to succeed; where it does not, the end of the host's journal is told too.
    private func run(_ command: [String], _ host: LabHost, _ record: LabRecord, _ what: String) async throws {
        let result = try await exec(host.name, command, in: record, within: .seconds(300))
        guard !result.status.isSuccess else { return }
        let journal = try? await exec(
            host.name, ["journalctl", "--no-pager", "--lines=10", "--output=short-monotonic"], in: record)
        throw LabFailure.failed(what, output: result.stdout + result.stderr + (journal?.stdout ?? ""))
    }
}
