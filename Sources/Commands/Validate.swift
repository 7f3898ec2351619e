import AgentRuntime
import ArgumentParser
import ClusterModel

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a manifest and says everything that is wrong with it.",
        discussion: """
            Example:

              warren validate manifests/single.yaml --broker-version 4.0

            Each problem reads FILE:LINE:COLUMN: error: sentence. Nothing is read but the manifest.
            """)

    @Argument(help: "A file or a folder of files.")
    var path: String

    @Option(help: ArgumentHelp("Also check that this RabbitMQ takes it, such as 3.10 or 4.0.5.", valueName: "version"))
    var brokerVersion: String?

    @OptionGroup var options: OutputOptions

    func validate() throws {
        if let brokerVersion, BrokerVersion(brokerVersion) == nil {
            throw ValidationError("\(brokerVersion) is no version; write it like 3.10 or 4.0.5")
        }
    }

    func run() throws {
        let source = try ManifestSource(path: path, brokerVersion: brokerVersion.flatMap { BrokerVersion($0) })
        Terminal.print(ValidationReport(source: source), as: options.output)
        if source.loaded.manifest == nil { throw ExitCode.invalidManifest }
    }
}

struct ValidationReport: Report {
    let source: ManifestSource

    private var errors: [Diagnostic] { source.loaded.diagnostics.filter { $0.severity == .error } }
    private var warnings: [Diagnostic] { source.loaded.diagnostics.filter { $0.severity == .warning } }

    func text(_ style: Style) -> String {
        var text = source.loaded.diagnostics.map { diagnostic in
            let word = diagnostic.severity.rawValue
            let colour = diagnostic.severity == .error ? style.bad(word) : style.warning(word)
            return "\(diagnostic.position): \(colour): \(diagnostic.message.printable)\n"
        }.joined()
        if let manifest = source.loaded.manifest {
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
            "valid": .bool(source.loaded.manifest != nil),
            "diagnostics": .array(
                source.loaded.diagnostics.map { diagnostic in
                    [
                        "severity": .string(diagnostic.severity.rawValue), "file": .string(diagnostic.position.file),
                        "line": .integer(diagnostic.position.line), "column": .integer(diagnostic.position.column),
                        "message": .string(diagnostic.message),
                    ]
                }),
        ]
    }
}
