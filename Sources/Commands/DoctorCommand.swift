import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import Reporting

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Says what on this host would keep Warren from working.",
        discussion: """
            Example:

              warren doctor -f manifests/single.yaml

            Nothing is changed. Exit code 0: nothing is in the way, though there may be warnings. 1: something is.
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var options: OutputOptions

    func run() async throws {
        let doctor = Doctor(
            context: hostOptions.context(), manifestPath: manifestOptions.path,
            isManifestNamed: manifestOptions.path != ManifestOptions.standardPath, statePath: stateOptions.state,
            runner: ProcessRunner())
        let report = DoctorReport(findings: await doctor.examine(at: SystemClock.now()))
        Terminal.print(report, as: options.output)
        if report.failures > 0 { throw ExitCode.failure }
    }
}

/// The findings as a list, each with a mark that is a word too, for those who see no colour.
struct DoctorReport: Report {
    let findings: [Finding]

    var failures: Int { findings.count { $0.status == .failure } }
    private var warnings: Int { findings.count { $0.status == .warning } }

    func text(_ style: Style) -> String {
        let width = findings.map(\.check.count).max() ?? 0
        var text = findings.map { finding in
            let name = finding.check + String(repeating: " ", count: width - finding.check.count)
            let line = "\(mark(finding.status, style))  \(name)  \(finding.sentence.printable)\n"
            let indent = String(repeating: " ", count: width + 13)
            return line + (finding.remedy.map { style.faint("\(indent)→ \($0.printable)") + "\n" } ?? "")
        }.joined()
        switch (failures, warnings) {
        case (0, 0): text += "\n" + style.good("Nothing is in the way.") + "\n"
        case (0, _): text += "\n" + style.warning("Nothing is in the way; \(counted(warnings, "warning")).") + "\n"
        default: text += "\n" + style.bad("\(counted(failures, "failure"))") + ", \(counted(warnings, "warning")).\n"
        }
        return text
    }

    /// All of one width.
    private func mark(_ status: Finding.Status, _ style: Style) -> String {
        switch status {
        case .pass: style.good("✓ pass   ")
        case .warning: style.warning("! warning")
        case .failure: style.bad("✗ failure")
        }
    }

    var json: JSONValue {
        [
            "failures": .integer(failures), "warnings": .integer(warnings),
            "findings": .array(
                findings.map { finding in
                    [
                        "check": .string(finding.check), "status": .string(finding.status.rawValue),
                        "sentence": .string(finding.sentence), "remedy": finding.remedy.map(JSONValue.string) ?? .null,
                    ]
                }),
        ]
    }
}
