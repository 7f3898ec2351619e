import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import ManifestLoading
import Planning
import Providers

struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a manifest of what a broker has, whose first plan is empty.",
        discussion: """
            From the running broker of this host, or from a definitions export of RabbitMQ 3.7 to 4.3:

              warren adopt --to /etc/warren/manifest.yaml
              warren adopt --definitions broker.json --name orders --to orders/warren.yaml

            Password hashes and URIs with passwords go into files that their owner alone can read, in the folder secrets
            beside the manifest. Nothing on the broker is changed.
            """)

    @Option(help: ArgumentHelp("A definitions export to read in place of the broker.", valueName: "file"))
    var definitions: String?

    @Option(help: ArgumentHelp("Where the manifest goes.", valueName: "path"))
    var to = "./warren.yaml"

    @Option(help: ArgumentHelp("The cluster's name, where nothing else says it.", valueName: "cluster"))
    var name: String?

    @Flag(help: "Replace files that are there.")
    var force = false

    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var options: OutputOptions

    func run() async throws {
        let (source, origin, notes) = try await source()
        let adopted = Adoption.adopt(source)
        let files = try AdoptedFiles(path: to, isForced: force).write(adopted, yaml: ManifestWriter.yaml)
        let report = AdoptReport(
            adopted: adopted, name: source.clusterName, version: source.version, origin: origin, path: to, files: files,
            notes: notes + adopted.notes + Self.problems(adopted, source))
        Terminal.print(report, as: options.output)
    }

    private func source() async throws -> (AdoptionSource, origin: String, notes: [String]) {
        guard let definitions else { return try await runningBroker() }
        let export = try DefinitionsExport(try FileContent.read(definitions, limit: DefinitionsExport.limit))
        guard let name = name ?? export.clusterName else {
            throw CommandFailure("\(definitions) does not say what the cluster is called; name it with --name CLUSTER")
        }
        let hosts = AdoptedHosts(names: [hostOptions.host])
        let source = AdoptionSource(
            definitions: export.definitions, clusterName: name, hosts: hosts.hosts, version: export.version)
        let hint =
            "An export does not say which hosts and plugins a cluster has: spec.hosts holds \(hostOptions.host) alone "
            + "and broker.plugins is left out; complete them."
        return (source, definitions, hosts.notes + [hint] + renaming(from: export.clusterName))
    }

    private func runningBroker() async throws -> (AdoptionSource, origin: String, notes: [String]) {
        let context = hostOptions.context()
        let tools = BrokerTools(installation: try context.installation(), runner: ProcessRunner())
        let broker = try await RunningBroker.read(tools, at: SystemClock.now())
        let found = broker.view.clusterName
        guard let name = name ?? (found.isEmpty ? nil : found) else {
            throw CommandFailure("the broker does not say what its cluster is called; name it with --name CLUSTER")
        }
        let hosts = AdoptedHosts(members: broker.view.members)
        let source = AdoptionSource(
            definitions: broker.definitions, plugins: broker.plugins, settings: context.supervisedSettings(),
            clusterName: name, hosts: hosts.hosts, version: broker.view.version)
        return (source, tools.installation.nodeName, hosts.notes + renaming(from: found))
    }

    private func renaming(from found: String?) -> [String] {
        guard let name, let found, !name.sameBytes(as: found) else { return [] }
        return [
            "The cluster is called \(found.printable) and the manifest says \(name.printable): the first plan renames it."
        ]
    }

    /// What the loader finds wrong with the manifest, as a person will be told at the first plan.
    private static func problems(_ adopted: Adopted, _ source: AdoptionSource) -> [String] {
        let file = SourceFile(path: "manifest", bytes: Array(ManifestWriter.yaml(adopted.manifest).utf8))
        let loaded = ManifestLoader.load([file], options: LoadOptions(brokerVersion: source.version))
        return loaded.errors.map { "To be mended in the manifest, line \($0.position.line): \($0.message)." }
    }
}
