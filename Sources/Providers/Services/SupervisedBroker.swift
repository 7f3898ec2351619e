import ClusterModel
import HostAccess

/// A broker that Warren starts, watches and stops itself, with all it has in one directory: for containers and
/// laptops. It outlives the Warren process that started it; the next one finds it by its command line.
public struct SupervisedBroker: Sendable {
    public enum State: Sendable, Hashable {
        case running(SeenProcess)
        case stopped
    }

    public let layout: SupervisedLayout
    public let settings: SupervisedSettings
    public let installation: BrokerInstallation
    let runner: any ProcessRunning
    private let cookie: String?

    /// - Parameter cookie: The Erlang cookie; nil keeps the one in the directory, or makes a random one.
    public init(
        directory: String, nodeName: String, settings: SupervisedSettings, cookie: String? = nil,
        account: BrokerAccount, toolsDirectory: String = BrokerInstallation.standardTools,
        exchangeDirectory: String? = nil, pluginsDirectory: String? = BrokerInstallation.distributionPlugins(),
        runner: any ProcessRunning
    ) {
        layout = SupervisedLayout(directory: directory, nodeName: nodeName)
        self.settings = settings
        self.cookie = cookie
        self.runner = runner
        installation = .supervised(
            directory: directory, nodeName: nodeName, settings: settings, account: account,
            toolsDirectory: toolsDirectory, exchangeDirectory: exchangeDirectory, pluginsDirectory: pluginsDirectory)
    }

    /// Writes the files that the broker starts from. The list of plugins is written only where there is none, as
    /// later it is the broker's own tools that change it.
    public func prepare() throws(FileFailure) {
        try Directory.make(layout.directory, mode: 0o755, owner: installation.fileOwner)
        try prepareFolders()
        let owner = installation.fileOwner
        try write("# The settings are in the environment that Warren gives the broker.\n", to: layout.environmentFile)
        try write(settings.configText, to: layout.config)
        if (try? FileStatus(layout.enabledPlugins)) == nil {
            let plugins = settings.enabledPlugins.sorted { $0.precedes($1) }.joined(separator: ",")
            try write("[\(plugins)].\n", to: layout.enabledPlugins)
        }
        if let cookie {
            try AtomicFile.write(Array(cookie.utf8), to: layout.cookie, mode: 0o400, owner: owner)
        }
        try ensureCookie()
    }

    /// Makes the folders below the directory.
    func prepareFolders() throws(FileFailure) {
        for path in [layout.home, layout.data, layout.log] {
            try Directory.make(path, mode: 0o750, owner: installation.fileOwner)
        }
    }

    /// Makes a random cookie where there is none, as the distribution's package does.
    func ensureCookie() throws(FileFailure) {
        guard (try? FileStatus(layout.cookie)) == nil else { return }
        try AtomicFile.write(
            Array(Self.randomCookie().utf8), to: layout.cookie, mode: 0o400, owner: installation.fileOwner)
    }

    /// What the process table says.
    public func state() -> State { layout.processes.server().map(State.running) ?? .stopped }

    private func write(_ text: String, to path: String) throws(FileFailure) {
        let bytes = Array(text.utf8)
        if let present = try? FileContent.read(path), present == bytes { return }
        try AtomicFile.write(bytes, to: path, mode: 0o640, owner: installation.fileOwner)
    }

    private static func randomCookie() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return String((0..<32).compactMap { _ in letters.randomElement() })
    }
}
