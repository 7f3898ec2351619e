import ClusterModel
import HostAccess
import Providers
import Rendering
import ResourceKinds

/// What is true of the host that Warren runs on and stands in no manifest.
public struct HostContext: Sendable {
    /// Who starts and stops the broker.
    public enum Runtime: String, Sendable, CaseIterable {
        /// The distribution's package and its unit.
        case systemd
        /// Warren itself, with everything in one directory: for containers and laptops.
        case supervised
    }

    /// The host's name in the manifest.
    public var name: String
    public var runtime: Runtime
    /// Where a supervised broker has all it needs.
    public var directory: String?
    public var toolsDirectory: String?
    /// The environment of this process, for secrets.
    public var environment: [String: String]
    /// What is known of processes that this one supervises.
    private let supervision = SupervisedMemory()

    public init(
        name: String, runtime: Runtime, directory: String?, toolsDirectory: String?, environment: [String: String]
    ) {
        self.name = name
        self.runtime = runtime
        self.directory = directory
        self.toolsDirectory = toolsDirectory
        self.environment = environment
    }
}

/// Why this host can't be worked on, in one sentence.
public struct HostProblem: Error, CustomStringConvertible, Sendable {
    public let description: String
    public init(_ description: String) { self.description = description }
}

extension HostContext {
    /// This host in the manifest.
    public func host(in manifest: ClusterManifest) throws -> Host {
        if let host = manifest.hosts.first(where: { $0.name == name }) { return host }
        // A manifest of one host leaves no doubt which it is.
        if manifest.hosts.count == 1, let only = manifest.hosts.first, runtime == .supervised { return only }
        throw HostProblem(
            "this host is \(name) and the manifest names \(manifest.hosts.map(\.name).joined(separator: ", ")); "
                + "say which of them it is with --host NAME")
    }

    /// How this host's broker is reached.
    public func installation(for manifest: ClusterManifest, runner: any ProcessRunning) throws -> BrokerInstallation {
        let host = try host(in: manifest)
        guard host.roles.contains(.broker) else {
            throw HostProblem("\(host.name) has no broker; name a host with the role broker with --host NAME")
        }
        switch runtime {
        case .systemd:
            return try packagedInstallation(host: host.name)
        case .supervised:
            return try supervisedBroker(for: manifest, cookie: nil, runner: runner).installation
        }
    }

    /// The distribution's package, with the tools where this host says.
    func packagedInstallation(host: String) throws -> BrokerInstallation {
        let standard = try BrokerInstallation.systemd(host: host)
        guard let toolsDirectory else { return standard }
        return BrokerInstallation(
            nodeName: standard.nodeName, toolsDirectory: toolsDirectory, account: standard.account,
            environment: standard.environment, enabledPluginsFile: standard.enabledPluginsFile,
            pluginsDirectory: standard.pluginsDirectory)
    }

    func supervisedDirectory() throws -> String {
        guard let directory else {
            throw HostProblem("the supervised runtime needs --directory DIR, where the broker has all its files")
        }
        return directory
    }

    /// The broker that Warren starts and stops itself, with the manifest's cookie.
    public func supervisedBroker(for manifest: ClusterManifest, runner: any ProcessRunning) throws -> SupervisedBroker {
        let cookie = try manifest.broker.erlangCookie.map {
            try SecretReader(environment: environment).read($0).text
        }
        return try supervisedBroker(for: manifest, cookie: cookie, runner: runner)
    }

    private func supervisedBroker(
        for manifest: ClusterManifest, cookie: String?, runner: any ProcessRunning
    ) throws -> SupervisedBroker {
        let host = try host(in: manifest)
        let plugins = manifest.resources.first { $0.id == PluginsKind.id }
        let settings = SupervisedSettings(
            configText: BrokerFiles.rabbitmqConf(manifest.broker, manifest: manifest.name),
            enabledPlugins: plugins?["enabled"]?.array?.compactMap(\.string) ?? [],
            environment: Dictionary(
                manifest.broker.environment.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last }))
        return SupervisedBroker(
            directory: try supervisedDirectory(), nodeName: host.nodeName, settings: settings, cookie: cookie,
            account: try .standard(), toolsDirectory: toolsDirectory ?? BrokerInstallation.standardTools, runner: runner
        )
    }
}

extension HostContext {
    /// Where this host keeps what Warren writes and watches.
    public func layout() throws -> HostLayout {
        switch runtime {
        case .systemd: return .systemd
        case .supervised:
            let directory = try supervisedDirectory()
            // HAProxy binds its socket under a longer name first, and the kernel takes 107 characters.
            guard directory.utf8.count <= 70 else {
                throw HostProblem(
                    "the path of --directory, \(directory), is too long for a socket in it; choose a shorter one")
            }
            let owner = FileOwner.current
            return .supervised(directory, account: OSUser.isRoot ? nil : owner.names)
        }
    }

    /// Who starts, watches and stops the services of this host.
    public func services(
        for manifest: ClusterManifest, _ layout: HostLayout, runner: any ProcessRunning
    ) throws -> any ServiceControl {
        guard runtime == .supervised else { return SystemdServices(units: SystemdUnits(runner: runner)) }
        let directory = try supervisedDirectory()
        // Where a disk should be mounted, nothing is made in its place.
        guard (try? FileStatus(directory))?.form == .directory else {
            throw HostProblem("\(directory), which --directory names, is not there: mount it, or make it with mkdir")
        }
        let hasBroker = (try? host(in: manifest))?.roles.contains(.broker) == true
        return SupervisedServices(
            directory: directory, layout: layout,
            broker: hasBroker ? try supervisedBroker(for: manifest, cookie: nil, runner: runner) : nil,
            memory: supervision)
    }

    /// All services that may run in the directory of a supervised host, whatever the manifest says.
    public func supervisedServices() throws -> SupervisedServices {
        SupervisedServices(
            directory: try supervisedDirectory(), layout: try layout(), broker: nil, memory: supervision)
    }
}
