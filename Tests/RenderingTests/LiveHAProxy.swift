import ClusterModel
import Foundation
import Glibc
import HostAccess
import Rendering
import TestSupport

/// A real HAProxy with a rendered file, in front of two brokers on addresses of loopback. It ends with the test.
struct LiveHAProxy {
    let scratch: ScratchDirectory
    private(set) var manifest: ClusterManifest
    let password: String?
    private let master: Task<Void, Never>

    static let addresses = ["127.0.0.2", "127.0.0.3"]

    /// Starts it and runs the body with it. Whatever happens, the process is gone afterwards, with its workers.
    static func with(
        _ listeners: [ProxySettings.Listener], stats: ProxySettings.Stats? = nil, password: String? = nil,
        agentCheckPort: Int = 1, _ body: (inout LiveHAProxy) async throws -> Void
    ) async throws {
        let manifest = ClusterManifest(
            name: "live", hosts: hosts, status: StatusSettings(agentCheckPort: agentCheckPort),
            proxy: ProxySettings(listeners: listeners, stats: stats),
            spec: Located(.object([]), at: SourcePosition(file: "", line: 1, column: 1)))
        var proxy = try LiveHAProxy(manifest, password)
        do {
            try await proxy.untilItAnswers()
            try await body(&proxy)
        } catch {
            await proxy.stop()
            throw error
        }
        await proxy.stop()
    }

    private static let hosts =
        addresses.enumerated().map { Host(name: "mq\($0.offset + 1)", address: $0.element, roles: [.broker]) }
        + [Host(name: "lb1", address: "127.0.0.1", roles: [.proxy])]

    private init(_ manifest: ClusterManifest, _ password: String?) throws {
        scratch = try ScratchDirectory("haproxy")
        (self.manifest, self.password) = (manifest, password)
        try scratch.write(HAProxyServerState.empty, to: "state")
        let (file, pid) = (scratch.path("haproxy.cfg"), scratch.path("pid"))
        try Self.write(manifest, password, scratch)
        master = Task {
            _ = try? await ProcessRunner().run(
                Invocation(
                    executable: "/usr/sbin/haproxy", arguments: ["-W", "-f", file, "-p", pid], deadline: .seconds(300)))
        }
    }

    private static func write(_ manifest: ClusterManifest, _ password: String?, _ scratch: ScratchDirectory) throws {
        guard let proxy = manifest.proxy, let host = manifest.proxies.first else { return }
        let layout = HAProxyFile.Layout(
            adminSocket: scratch.path("admin.sock"), serverState: scratch.path("state"), jail: nil, account: nil)
        try scratch.write(
            HAProxyFile.text(proxy, on: host, of: manifest, password: password, layout: layout), to: "haproxy.cfg",
            mode: 0o600)
    }

    private func untilItAnswers() async throws {
        guard await eventually(within: .seconds(60), { ask("show info").contains("Uptime") }) else {
            throw TestFailure(
                "HAProxy does not answer:\n\((try? String(contentsOfFile: scratch.path("haproxy.cfg"), encoding: .utf8)) ?? "")"
            )
        }
    }

    private func stop() async {
        master.cancel()
        await master.value
    }

    /// Saves what is known of the servers and reloads, with other listeners where they are given.
    mutating func reload(_ listeners: [ProxySettings.Listener]? = nil) async throws {
        if let listeners { manifest.proxy?.listeners = listeners }
        guard let proxy = manifest.proxy else { return }
        let state = HAProxyServerState.text(from: ask("show servers state"), for: proxy, of: manifest)
        try scratch.write(state, to: "state")
        try Self.write(manifest, password, scratch)
        let before = worker
        let text = try String(contentsOfFile: scratch.path("pid"), encoding: .utf8)
        guard let pid = pid_t(text.split(separator: "\n").first ?? "") else { throw TestFailure("no process number") }
        // A master that is still starting misses the signal, although its worker answers already.
        let isReloaded = await eventually(within: .seconds(60)) {
            kill(pid, SIGUSR2)
            return await eventually(within: .seconds(5)) { worker != before && worker != nil }
        }
        guard isReloaded else {
            throw TestFailure("HAProxy did not reload")
        }
    }

    /// The number of the process that answers.
    private var worker: String? {
        ask("show info").split(separator: "\n").first { $0.hasPrefix("Pid: ") }.map(String.init)
    }

    /// The state of each broker behind a listener, as the page of statistics shows it.
    func states(_ listener: String) -> [String] {
        let rows = ask("show stat").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let status = rows.first?.firstIndex(of: "status") else { return [] }
        return rows.filter { $0.count > status && $0[0] == listener && !["FRONTEND", "BACKEND"].contains($0[1]) }.map {
            String($0[status])
        }
    }

    /// Waits until the states are these.
    func becomes(_ listener: String, _ wanted: [String]) async -> Bool {
        await eventually(within: .seconds(60)) { states(listener) == wanted }
    }

    /// The answer of the runtime API; empty where there is none.
    @discardableResult
    func ask(_ command: String) -> String {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: scratch.path("admin.sock").utf8.prefix(100)) }
        let connected = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        let request = Array("\(command)\n".utf8)
        guard connected == 0, send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return ""
        }
        var (answer, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while case let count = recv(socket, &chunk, chunk.count, 0), count > 0 { answer += chunk.prefix(count) }
        return String(decoding: answer, as: UTF8.self)
    }
}
