import Foundation
import Glibc
import HostAccess
import Providers

/// The directory under /tmp of one test broker: its files, the wrappers of its tools and their log.
///
/// A record in it names the test process that it belongs to, so that a later run can remove what a killed one left.
public struct BrokerHome: Sendable {
    public static let prefix = "warren-broker-"
    /// The Debian 13 tree.
    public static let tree = ProcessInfo.processInfo.environment["WARREN_TESTBED"] ?? "/var/cache/warren/trixie"

    public let path: String
    public let label: String
    public let account: BrokerAccount
    public let pluginsDirectory: String?

    public var broker: String { path + "/broker" }
    public var tools: String { path + "/bin" }
    public var toolLog: String { path + "/tools.log" }
    private var owner: ProcessRecord { ProcessRecord(path + "/owner.pid") }

    init(_ version: TestBroker.Version) throws {
        guard OSUser.isRoot else { throw TestFailure("Tests on real brokers need root.") }
        label = String(UUID().uuidString.prefix(8).lowercased())
        path = "/tmp/\(Self.prefix)\(label)"
        switch version {
        case .v3:
            guard FileStatus.isExecutable(BrokerInstallation.standardTools + "/rabbitmqctl") else {
                throw TestFailure("RabbitMQ is not installed. Run: make prerequisites")
            }
            account = try .standard()
            pluginsDirectory = BrokerInstallation.distributionPlugins()
        case .v4:
            account = .droppedByTools(try Self.userOfTree())
            let inside = BrokerInstallation.distributionPlugins(library: Self.tree + "/usr/lib/rabbitmq/lib")
            pluginsDirectory = inside.map { String($0.dropFirst(Self.tree.count)) }
        }
        try takePlace()
        try clearToolLog()
        try writeTools(version)
        BrokerHomes.add(self)
    }

    /// Makes the directory under another name first: another test process takes one without an owner for abandoned.
    private func takePlace() throws {
        let staged = "/tmp/.warren-staged-\(label)"
        try Directory.make(staged, mode: 0o755)
        guard let process = SeenProcess(pid: getpid()) else { throw TestFailure("this process is not in /proc") }
        try ProcessRecord(staged + "/owner.pid").write(process)
        guard rename(staged, path) == 0 else { throw TestFailure("\(path) could not be made") }
    }

    /// A home that was found on the disk.
    init(leftover path: String) {
        self.path = path
        label = ""
        account = .current
        pluginsDirectory = nil
    }

    func clearToolLog() throws {
        // Whoever the tools run as has to append to it.
        try AtomicFile.write([], to: toolLog, mode: 0o666)
    }

    var isAbandoned: Bool { owner.running() == nil }

    /// Kills what runs here and removes the directory. It waits for no graceful end: the data is of no worth.
    public func remove() {
        let broker = BrokerProcesses(directory: broker)
        let roots = [broker.server(), broker.portMapper()].compactMap { $0 }
        let processes = roots.reduce(into: Set<SeenProcess>()) { $0.formUnion(ProcessTable.tree(of: $1.pid)) }
        for process in processes { process.signal(SIGKILL) }
        for _ in 0..<1000 where processes.contains(where: \.isRunning) { usleep(5000) }
        for process in processes { process.collect() }
        try? FileManager.default.removeItem(atPath: path)
        BrokerHomes.forget(self)
    }

    private static func userOfTree() throws -> OSUser {
        guard let bytes = try? FileContent.read(tree + "/etc/passwd"),
            FileStatus.isExecutable(tree + "/usr/lib/rabbitmq/bin/rabbitmqctl")
        else { throw TestFailure("There is no Debian 13 tree with RabbitMQ at \(tree). Run: make testbed") }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count >= 6, fields[0] == "rabbitmq", let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) {
                return OSUser(name: "rabbitmq", uid: uid, gid: gid, home: String(fields[5]), groups: [gid])
            }
        }
        throw TestFailure("\(tree) has no account rabbitmq. Remove it and run: make testbed")
    }
}
