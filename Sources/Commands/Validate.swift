import AgentRuntime
import ArgumentParser
import ClusterModel
import ManifestLoading
import Reporting

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a manifest and says everything that is wrong with it.",
        discussion: """
            Example:

              warren validate manifests/single.yaml --broker-version 4.0

            Each problem reads FILE:LINE:COLUMN: error: sentence. Nothing is read but the manifest.
            A warning is advice, with the section of docs/configuration.md that explains it.
            """)

    @Argument(help: "A file or a folder of files.")
    var path: String

    @Option(help: ArgumentHelp("Also check that this RabbitMQ takes it, such as 3.10 or 4.0.5.", valueName: "version"))
    var brokerVersion: String?

    @Flag(help: "Take warnings for errors.")
    var strict = false

    @OptionGroup var options: OutputOptions

    func validate() throws {
        if let brokerVersion, BrokerVersion(brokerVersion) == nil {
            throw ValidationError("\(brokerVersion) is no version; write it like 3.10 or 4.0.5")
        }
    }

    func run() throws {
        let version = brokerVersion.flatMap { BrokerVersion($0) }
        let report = ValidationReport(
            source: try ManifestSource(path: path, brokerVersion: version), version: version, isStrict: strict)
        Terminal.print(report, as: options.output)
        if !report.isValid { throw ExitCode.invalidManifest }
    }
}

struct ValidationReport: Report {
    private let source: ManifestSource
    /// What is wrong, and what is advised against, by position; all of it errors where they are taken for such.
    private let diagnostics: [Diagnostic]

    init(source: ManifestSource, version: BrokerVersion?, isStrict: Bool) {
        self.source = source
        let advice = source.loaded.manifest.map { Advice.warnings(for: $0, on: version) } ?? []
        diagnostics = (source.loaded.diagnostics + advice).enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map { isStrict ? Diagnostic(.error, at: $0.element.position, $0.element.message) : $0.element }
    }

    var isValid: Bool { source.loaded.manifest != nil && errors.isEmpty }
    private var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    private var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }

    func text(_ style: Style) -> String {
        var text = diagnostics.map { diagnostic in
            let word = diagnostic.severity.rawValue
            let colour = diagnostic.severity == .error ? style.bad(word) : style.warning(word)
            return "\(diagnostic.position): \(colour): \(diagnostic.message.printable)\n"
        }.joined()
        if let manifest = source.loaded.manifest, isValid {
            text += style.good("valid") + ": \(source.path), cluster \(manifest.name.printable), "
            text += "\(counted(manifest.resources.count, "resource")) on \(counted(manifest.hosts.count, "host"))"
            text += warnings.isEmpty ? "\n" : ", \(counted(warnings.count, "warning"))\n"
        } else {
            text += style.bad("invalid") + ": \(counted(errors.count, "error"))\n"
        }
        return text
    }

    var json: JSONValue {
        [
            "path": .string(source.path), "revision": .string(source.revision),
            "valid": .bool(isValid),
            "diagnostics": .array(
                diagnostics.map { diagnostic in
                    [
                        "severity": .string(diagnostic.severity.rawValue), "file": .string(diagnostic.position.file),
                        "line": .integer(diagnostic.position.line), "column": .integer(diagnostic.position.column),
                        "message": .string(diagnostic.message),
                    ]
                }),
        ]
    }
}
