import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import Rendering

struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the files that would be written.",
        discussion: """
            Example:

              warren render rabbitmq -f manifests/single.yaml --host localhost
            """, subcommands: [RenderRabbitMQ.self, RenderHAProxy.self, RenderKeepalived.self])
}

struct RenderRabbitMQ: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rabbitmq",
        abstract: "Prints the files that RabbitMQ reads when it starts.",
        discussion: """
            Example:

              warren render rabbitmq -f manifests/single.yaml --host localhost
              warren render rabbitmq -f manifests/single.yaml --host localhost --file-name rabbitmq-env.conf
            """)

    enum FileName: String, ExpressibleByArgument, CaseIterable {
        case configuration = "rabbitmq.conf"
        case environment = "rabbitmq-env.conf"
        case plugins = "enabled_plugins"
        case advanced = "advanced.config"
    }

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var options: OutputOptions

    @Option(help: "Only this file, without a heading.")
    var fileName: FileName?

    func run() throws {
        let (_, manifest) = try manifestOptions.load()
        let context = hostOptions.context()
        guard try context.host(in: manifest).roles.contains(.broker) else {
            throw CommandFailure("\(hostOptions.host) has no broker; name a host with the role broker with --host NAME")
        }
        let files = try FileName.allCases.compactMap { name in
            try text(of: name, manifest, context).map { (name: name.rawValue, text: $0) }
        }
        Terminal.print(
            RenderReport(files: fileName.map { wanted in files.filter { $0.name == wanted.rawValue } } ?? files),
            as: options.output)
    }

    private func text(of file: FileName, _ manifest: ClusterManifest, _ context: HostContext) throws -> String? {
        switch file {
        case .configuration: BrokerFiles.rabbitmqConf(manifest.broker, manifest: manifest.name)
        case .environment: BrokerFiles.rabbitmqEnvConf(manifest.broker, manifest: manifest.name)
        case .plugins:
            manifest.resources.first { $0.id.kind == "plugins" }?["enabled"]?.array.map {
                BrokerFiles.enabledPlugins($0.compactMap(\.string))
            }
        case .advanced: try advancedConfig(manifest, context)
        }
    }

    private func advancedConfig(_ manifest: ClusterManifest, _ context: HostContext) throws -> String? {
        guard let value = manifest.broker.advancedConfig else { return nil }
        if let reference = SecretReference(value) {
            return try SecretReader(environment: context.environment).read(reference).text
        }
        return value.string
    }
}

struct RenderReport: Report {
    let files: [(name: String, text: String)]

    func text(_ style: Style) -> String {
        if files.count == 1 { return files[0].text }
        return files.map { style.bold("==> \($0.name) <==") + "\n" + $0.text }.joined(separator: "\n")
    }

    var json: JSONValue {
        .object(Dictionary(files.map { ($0.name, .string($0.text)) }, uniquingKeysWith: { _, last in last }))
    }
}
