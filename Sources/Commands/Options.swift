import AgentRuntime
import ArgumentParser
import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import Providers
import Reporting
import StateStore

struct ManifestOptions: ParsableArguments {
    @Option(name: [.customShort("f"), .customLong("file")], help: "The manifest: a file or a folder of files.")
    var path = ManifestOptions.standardPath

    static let standardPath = "/etc/warren/manifest.yaml"

    /// The manifest, when it is valid; its warnings go to standard error. Ends the command with 65 otherwise.
    func load() throws -> (source: ManifestSource, manifest: ClusterManifest) {
        let source = try ManifestSource(path: path)
        for diagnostic in source.loaded.diagnostics { Terminal.note(diagnostic.description.printable) }
        guard let manifest = source.loaded.manifest else {
            let errors = source.loaded.diagnostics.count { $0.severity == .error }
            Terminal.note("\(path) is invalid: \(counted(errors, "error")). Nothing was done.")
            throw ExitCode.invalidManifest
        }
        return (source, manifest)
    }
}

struct StateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What Warren remembers.", valueName: "path"))
    var state = "/var/lib/warren/state.sqlite"

    func openForWriting() throws -> StateStore {
        let opened = try StateStore.open(path: state, access: .readWrite, at: SystemClock.now())
        if let notice = opened.notice { Terminal.note("warning: \(notice)") }
        return opened.store
    }

    /// Held while this process acts, so that one does at a time. A folder that is there keeps its mode, as others
    /// may use it too.
    func lock() throws -> FileLock {
        let folder = HostOptions.absolute(state.directoryOfPath)
        if (try? FileStatus(folder)) == nil { try Directory.make(folder, mode: 0o700) }
        guard let lock = try FileLock(state + ".lock") else {
            throw CommandFailure("another Warren is at work with \(state); wait until it is done")
        }
        return lock
    }

    func openForReading() throws -> StateStore {
        try StateStore.open(path: state, access: .readOnly, at: SystemClock.now()).store
    }
}

extension HostContext.Runtime: ExpressibleByArgument {}

struct HostOptions: ParsableArguments {
    @Option(help: ArgumentHelp("This host's name in the manifest.", valueName: "name"))
    var host = HostOptions.shortHostName

    @Option(help: "Who starts and stops the broker.")
    var runtime = HostContext.Runtime.systemd

    @Option(help: ArgumentHelp("Where a supervised broker has all its files.", valueName: "path"))
    var directory: String?

    @Option(help: ArgumentHelp("Where RabbitMQ's own tools are.", valueName: "path"))
    var tools: String?

    static var shortHostName: String {
        let name = ProcessInfo.processInfo.hostName
        return name.split(separator: ".").first.map(String.init) ?? name
    }

    func context() -> HostContext {
        Self.context(host: host, runtime: runtime, directory: directory, tools: tools)
    }

    static func context(
        host: String, runtime: HostContext.Runtime, directory: String?, tools: String?
    ) -> HostContext {
        HostContext(
            name: host, runtime: runtime, directory: directory.map { ResolvedPath.of(absolute($0)) },
            toolsDirectory: tools.map(absolute),
            environment: ProcessInfo.processInfo.environment)
    }

    fileprivate static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}

/// What `plan` and `apply` share: the manifest on this host, ready to be reconciled.
struct Preparation {
    let source: ManifestSource
    let manifest: ClusterManifest
    let context: HostContext
    let runner = ProcessRunner()

    init(_ manifestOptions: ManifestOptions, _ hostOptions: HostOptions) throws {
        (source, manifest) = try manifestOptions.load()
        context = hostOptions.context()
    }

    /// Where no manifest is on disk, as with an agent that follows a repository, that agent's.
    init(_ manifestOptions: ManifestOptions, _ hostOptions: HostOptions, orInForce stateOptions: StateOptions) throws {
        let isOnDisk = (try? FileStatus(manifestOptions.path)) != nil
        let kept = LastGoodManifest(memory: stateOptions.state.directoryOfPath).load()
        if !isOnDisk, let kept, let manifest = kept.loaded.manifest {
            self.init(source: kept, manifest: manifest, context: hostOptions.context())
        } else {
            try self.init(manifestOptions, hostOptions)
        }
    }

    private init(source: ManifestSource, manifest: ClusterManifest, context: HostContext) {
        self.source = source
        self.manifest = manifest
        self.context = context
    }

    /// Under systemd, this host's files and services are looked after too; a supervised broker's are its own start's.
    func reconciler(store: StateStore?) throws -> Reconciler {
        let host = try context.host(in: manifest)
        let secrets = SecretReader(environment: context.environment)
        guard context.runtime == .systemd else {
            let tools = BrokerTools(
                installation: try context.installation(for: manifest, runner: runner), runner: runner)
            return Reconciler(
                manifest: manifest, revision: source.revision, host: host.name, tools: tools, secrets: secrets,
                store: store, clock: { SystemClock.now() })
        }
        let others = manifest.hosts.filter { $0 != host }
        let scope = try context.hostScope(host, manifest, layout: try context.layout(), runner: runner) {
            [port = manifest.status.port] in
            PeerView.all(await AgentPeers().snapshots(of: others, port: port))
        }
        return Reconciler(
            manifest: manifest, revision: source.revision, host: host.name, tools: scope.tools, hostScope: scope,
            secrets: secrets, store: store, processes: { [runner] in runner.started }, clock: { SystemClock.now() })
    }
}
