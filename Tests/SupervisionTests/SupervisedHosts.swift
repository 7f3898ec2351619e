import ClusterModel
import Foundation
import Glibc
import HostAccess
import Providers
import TestSupport

/// Hosts of a manifest whose agents supervise their services themselves: each is a network namespace, an agent and a
/// folder of this machine. Ends with whoever holds it, and leaves nothing.
final class SupervisedHosts: Sendable {
    let scratch: ScratchDirectory
    let names: [String]
    private let hub = "wsup-" + String(UUID().uuidString.prefix(6).lowercased())
    private let traces: Traces

    /// - Parameter names: at most nine; the first has the address 10.88.0.11, the next 10.88.0.12, and so on.
    init(_ names: [String], spec: (SupervisedHosts) -> String) async throws {
        guard OSUser.isRoot else { throw TestFailure("Tests of supervised hosts need root.") }
        scratch = try ScratchDirectory("supervised")
        self.names = names
        traces = Traces(spaces: names.map { [hub] in "\(hub)-\($0)" } + [hub], folder: scratch.path)
        try scratch.write("COOKIEOFSUPERVISEDHOSTS", to: "cookie", mode: 0o600)
        try scratch.write(spec(self), to: "manifest.yaml")
        try await cable()
        for name in names { try Directory.make(directory(name), mode: 0o755) }
    }

    var manifest: String { scratch.path("manifest.yaml") }
    func directory(_ name: String) -> String { scratch.path(name) }
    func state(_ name: String) -> String { scratch.path("\(name)-state/state.sqlite") }
    func log(_ name: String) -> String { scratch.path("\(name).log") }
    private func space(_ name: String) -> String { "\(hub)-\(name)" }

    /// The hosts in the manifest's own words, all with these roles.
    ///
    /// - Parameter ram: the host whose node is to keep its tables in memory.
    func entries(_ roles: String, ram: String? = nil) -> String {
        names.enumerated().map { index, name in
            "    - { name: \(name), address: 10.88.0.\(11 + index), roles: [\(roles)]"
                + (name == ram ? ", nodeType: ram }" : " }")
        }.joined(separator: "\n")
    }

    /// A bridge in a namespace of its own, with a cable to each host.
    private func cable() async throws {
        let hosts = names.enumerated().map { "10.88.0.\(11 + $0) \($1)\n" }.joined()
        try await ip("netns", "add", hub)
        try await ip("-n", hub, "link", "add", "br0", "type", "bridge")
        try await ip("-n", hub, "link", "set", "br0", "up")
        for (index, name) in names.enumerated() {
            let space = space(name)
            try Directory.make("/etc/netns/\(space)", mode: 0o755)
            try AtomicFile.write(Array("127.0.0.1 localhost\n\(hosts)".utf8), to: "/etc/netns/\(space)/hosts")
            try await ip("netns", "add", space)
            try await ip(
                "link", "add", "eth0", "netns", space, "type", "veth", "peer", "name", "p\(index)", "netns", hub)
            try await ip("-n", hub, "link", "set", "p\(index)", "master", "br0", "up")
            try await ip("-n", space, "addr", "add", "10.88.0.\(11 + index)/24", "dev", "eth0")
            for link in ["lo", "eth0"] { try await ip("-n", space, "link", "set", link, "up") }
        }
    }

    @discardableResult
    func ip(_ arguments: String...) async throws -> String {
        let result = try await ProcessRunner().run(
            Invocation(
                executable: "/usr/sbin/ip", arguments: arguments, environment: WarrenProgram.environment,
                deadline: .seconds(20)))
        guard result.status.isSuccess else { throw TestFailure("ip \(arguments): \(result.stderr)") }
        return result.stdout
    }

    /// Starts the host's agent, as its own log begins anew.
    ///
    /// - Parameter isFirst: whether as the first process of a process namespace, as in a container; then the parent of the
    ///   agent is returned.
    func startAgent(_ name: String, isFirst: Bool = false) throws -> SeenProcess {
        unlink(log(name))
        let before = isFirst ? ["/usr/bin/unshare", "--pid", "--fork", "--mount-proc"] : []
        return try DetachedProcess.start(
            Invocation(
                executable: "/usr/sbin/ip",
                arguments: [
                    "netns", "exec", space(name),
                ] + before + [
                    try WarrenProgram.path.get(), "agent", "-f", manifest, "--host", name,
                    "--runtime", "supervised", "--directory", directory(name), "--state", state(name),
                ], environment: WarrenProgram.environment, deadline: .seconds(0)), output: log(name))
    }

    /// Runs the program on a host.
    @discardableResult
    func warren(_ name: String, _ arguments: String...) async throws -> ProgramRun {
        let result = try await ProcessRunner().run(
            Invocation(
                executable: "/usr/sbin/ip",
                arguments: ["netns", "exec", space(name), try WarrenProgram.path.get()] + arguments,
                environment: WarrenProgram.environment, deadline: .seconds(120)))
        return ProgramRun(result)
    }

    func ctl(_ name: String, _ arguments: String...) async throws -> String {
        let call = ["broker", "ctl", "-f", manifest, "--host", name, "--directory", directory(name), "--"] + arguments
        let result = try await ProcessRunner().run(
            Invocation(
                executable: "/usr/sbin/ip",
                arguments: ["netns", "exec", space(name), try WarrenProgram.path.get()] + call,
                environment: WarrenProgram.environment, deadline: .seconds(60)))
        return result.stdout + result.stderr
    }

    /// How many nodes run in the cluster that the host's node sees; nil where it does not answer.
    func runningNodes(_ name: String) async throws -> Int? {
        let answer = try await ctl(name, "-q", "eval", "length(rabbit_nodes:all_running()).")
        return Int(answer.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    func logText(_ name: String) -> String {
        String(decoding: (try? FileContent.read(log(name))) ?? [], as: UTF8.self)
    }

    /// Waits until the agent's last run found everything as the manifest says.
    func awaitConverged(_ name: String, within limit: Duration = .seconds(120)) async throws {
        let isSo = await eventually(within: limit) {
            let runs = self.logText(name).split(separator: "\n").filter { $0.contains(" result=") }
            return runs.last?.contains("result=converged") == true
        }
        guard isSo else { throw TestFailure("\(name) did not converge:\n\(logText(name).suffix(3000))") }
    }

    /// The first process of each service that runs on a host.
    func processes(_ name: String) async throws -> [HostService: SeenProcess] {
        let context = HostServicesView(directory: directory(name))
        return await context.running()
    }

    func holdsAddress(_ name: String, _ address: String) async throws -> Bool {
        try await ip("-n", space(name), "-br", "addr", "show", "dev", "eth0").contains(" \(address)/")
    }

    /// The numbers of all processes in the host's network namespace.
    func everything(_ name: String) async throws -> [Int32] {
        try await ip("netns", "pids", space(name)).split(separator: "\n").compactMap { Int32($0) }
    }

    deinit { traces.remove() }
}

/// What runs in the folder of a supervised host.
private struct HostServicesView {
    let services: SupervisedServices

    init(directory: String) {
        services = SupervisedServices(
            directory: directory, layout: .supervised(directory, account: nil), broker: nil, memory: SupervisedMemory())
    }

    func running() async -> [HostService: SeenProcess] {
        let states = await services.states(of: HostService.allCases)
        return states.compactMapValues { status in
            guard status.state == .running else { return nil }
            return status.pid.flatMap { SeenProcess(pid: $0) }
        }
    }
}
