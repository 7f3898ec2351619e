import ClusterModel
import HostAccess
import Rendering

/// Puts a rendered file in the place of the live one (safety rule 11): its own program checks it first; it replaces the
/// live one at once and whole; who reads it is told; and where that made it worse, the last good file comes back. An agent
/// that is killed in between leaves the mark `HostLayout.untold`, which is drift: the next one does it again.
public struct FileInstaller: Sendable {
    let layout: HostLayout
    let services: any ServiceControl
    let runner: any ProcessRunning
    /// What HAProxy is to remember, out of its answer to `show servers state`.
    let keptState: @Sendable (String) -> String

    public init(
        layout: HostLayout, services: any ServiceControl, runner: any ProcessRunning,
        keptState: @escaping @Sendable (String) -> String
    ) {
        self.layout = layout
        self.services = services
        self.runner = runner
        self.keptState = keptState
    }

    public func install(_ file: FileChange) async -> Installation {
        guard let owner = FileOwner(named: file.owner) else {
            return Installation(
                .failed("this host has no account and group \(file.owner); install the package that brings them"))
        }
        let directory = file.path.directoryOfPath
        do throws(FileFailure) {
            if (try? FileStatus(directory)) == nil { try Directory.make(directory, mode: 0o755) }
            try prepare(file)
        } catch {
            return Installation(.failed("\(error)"))
        }
        if let failed = await check(file, owner) { return failed }
        let before: Previous?
        do throws(FileFailure) {
            before = try keepPrevious(of: file)
            try AtomicFile.write(Array(file.contents.utf8), to: file.path, mode: file.mode, owner: owner)
        } catch {
            return Installation(.failed("\(error)"))
        }
        let installation = await tell(file, before: before)
        try? AtomicFile.remove(layout.untold(file.reader))
        return installation
    }

    /// What has to be there before the program of the file may look at it.
    private func prepare(_ file: FileChange) throws(FileFailure) {
        switch file.reader {
        case .rabbitmq: return
        case .haproxy:
            if (try? FileStatus(layout.haproxyState)) == nil {
                try Directory.make(layout.haproxyState.directoryOfPath, mode: 0o700)
                try AtomicFile.write(Array(HAProxyServerState.empty.utf8), to: layout.haproxyState, mode: 0o600)
            }
        case .keepalived:
            if (try? FileStatus(layout.haproxyHealth)) == nil {
                try Directory.make(layout.haproxyHealth.directoryOfPath, mode: 0o755)
                try AtomicFile.write(Array("0\n".utf8), to: layout.haproxyHealth)
            }
        }
    }

    /// How the installation ends where the program would not take the file, or could not be asked; nil where it takes
    /// it. Both programs exit with 0 for a file that is missing or empty, which this one is not.
    private func check(_ file: FileChange, _ owner: FileOwner) async -> Installation? {
        let arguments: (executable: String, before: [String])
        switch file.reader {
        case .rabbitmq: return nil
        case .haproxy: arguments = ("/usr/sbin/haproxy", ["-c", "-f"])
        case .keepalived: arguments = ("/usr/sbin/keepalived", ["--config-test", "--use-file"])
        }
        func refused(_ why: String) -> Installation {
            Installation(.failed("it was not put in place: \(why)"), isRefused: true)
        }
        guard !file.contents.isEmpty else { return refused("it is empty") }
        let candidate = file.path + ".warren-candidate"
        defer { try? AtomicFile.remove(candidate) }
        do {
            try AtomicFile.write(Array(file.contents.utf8), to: candidate, mode: file.mode, owner: owner)
            let result = try await runner.run(
                Invocation(
                    executable: arguments.executable, arguments: arguments.before + [candidate],
                    environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"], deadline: .seconds(20)))
            guard result.status.isSuccess else {
                return refused(
                    "\(file.reader.rawValue) refuses it: \(Self.words(result).replacing(candidate, with: file.path))")
            }
            return nil
        } catch {
            // That is this host's state, which may be another one at the next try.
            return Installation(.failed("it was not put in place, as it could not be checked: \(error)"))
        }
    }

    private static func words(_ result: ProcessResult) -> String {
        let lines = (result.stderr + "\n" + result.stdout).split(whereSeparator: \.isNewline).map {
            String($0).printable
        }
        return lines.prefix(6).joined(separator: " / ")
    }

    private typealias Previous = (contents: [UInt8], mode: UInt32, owner: FileOwner)

    /// What the reader read last; nil where that is nothing. Kept on disk until the reader was told of the new one.
    private func keepPrevious(of file: FileChange) throws(FileFailure) -> Previous? {
        guard file.reader.service != nil else { return nil }
        let mark = layout.untold(file.reader)
        if let kept = previous(mark) { return kept.contents.isEmpty ? nil : kept }
        let live = previous(file.path)
        if let live {
            try AtomicFile.write(live.contents, to: mark, mode: live.mode, owner: live.owner)
        } else {
            try AtomicFile.write([], to: mark, mode: 0o600)
        }
        return live
    }

    private func previous(_ path: String) -> Previous? {
        guard let contents = try? FileContent.read(path), let status = try? FileStatus(path) else { return nil }
        return (contents, status.mode, status.owner)
    }

    /// Makes the program read it, where it runs; and takes it back where the program is worse for it.
    private func tell(
        _ file: FileChange, before: Previous?
    ) async -> Installation {
        guard let service = file.reader.service, await services.state(of: service) == .running else {
            return Installation(.succeeded)
        }
        if service == .haproxy { saveServers() }
        do throws(ServiceFailure) {
            try await reload(service)
            return Installation(.succeeded)
        } catch {
            guard let before else { return Installation(.failed("\(error)"), isRefused: true) }
            try? AtomicFile.write(before.contents, to: file.path, mode: before.mode, owner: before.owner)
            try? await services.reload(service)
            return Installation(.failed("\(error); the file that was there before is back"), isRefused: true)
        }
    }

    /// Returns when the service works with what it read. HAProxy's check does not try its ports, and its first process
    /// goes on with the workers that it has where new ones can't have them.
    private func reload(_ service: HostService) async throws(ServiceFailure) {
        let runtime = HAProxyRuntime(socket: layout.haproxySocket)
        let worker = service == .haproxy ? runtime.worker() : nil
        try await services.reload(service)
        if let worker {
            let end = ContinuousClock.now + .seconds(10)
            while runtime.worker().map({ $0 == worker }) ?? true {
                guard ContinuousClock.now < end else {
                    throw ServiceFailure(
                        "haproxy did not take it and goes on with what it had; is one of its ports in use? "
                            + "Its log tells: \(services.logHint(of: service))")
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        guard await services.state(of: service) == .running else {
            throw ServiceFailure("\(service.rawValue) does not run any more")
        }
    }

    /// Drains and weights of servers survive a reload.
    private func saveServers() {
        guard let answer = UnixSocket.ask(layout.haproxySocket, "show servers state\n") else { return }
        try? AtomicFile.write(Array(keptState(answer).utf8), to: layout.haproxyState, mode: 0o600)
    }
}

/// How putting a file in place ended.
public struct Installation: Sendable {
    public let outcome: Outcome
    /// Whether its program does not want it, so that another try gives the same.
    public let isRefused: Bool

    init(_ outcome: Outcome, isRefused: Bool = false) {
        self.outcome = outcome
        self.isRefused = isRefused
    }
}

extension FileChange.Reader {
    var service: HostService? {
        switch self {
        case .rabbitmq: nil
        case .haproxy: .haproxy
        case .keepalived: .keepalived
        }
    }
}
