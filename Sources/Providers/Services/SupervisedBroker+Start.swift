import ClusterModel
import Glibc
import HostAccess

extension SupervisedBroker {
    /// What is said while a start is under way.
    public typealias Progress = @Sendable (String) -> Void

    /// Starts the broker, unless it runs already, and returns when it serves clients.
    ///
    /// A broker that is not ready within the deadline is left running: on a cluster it may be waiting for another
    /// member, and another call goes on waiting.
    public func start(deadline: Duration = .seconds(120), progress: Progress = { _ in }) async throws {
        guard (try? FileStatus(layout.cookie)) != nil else {
            throw SupervisedFailure.notPrepared(directory: layout.directory)
        }
        guard let lock = try FileLock(layout.lock) else { throw SupervisedFailure.busy(directory: layout.directory) }
        defer { withExtendedLifetime(lock) {} }
        let begun = ContinuousClock.now
        try await ensurePortMapper(progress: progress)
        let process: SeenProcess
        if case .running(let running) = state() {
            process = running
        } else {
            // Children of a server that was killed may hold its ports.
            await layout.processes.endServer(grace: .seconds(1))
            try checkPorts()
            progress("starting \(layout.nodeName)")
            process = try startServer()
        }
        try await awaitReady(process, until: begun + deadline, allowed: deadline, progress: progress)
    }

    var shortName: String { String(layout.nodeName.prefix { $0 != "@" }) }

    private func ensurePortMapper(progress: Progress) async throws {
        let mapper = PortMapper(port: settings.effectivePortMapperPort)
        if mapper.names() != nil { return }
        guard LocalPort.isFree(mapper.port) else {
            throw SupervisedFailure.portInUse(mapper.port, purpose: "for its port mapper")
        }
        progress("starting a port mapper on port \(mapper.port)")
        // One that is left over and does not answer.
        await layout.processes.endPortMapper()
        try layout.processes.linkPortMapper()
        let process = try DetachedProcess.start(
            Invocation(
                executable: layout.processes.portMapperPath, arguments: ["-port", String(mapper.port)],
                environment: installation.environment, workingDirectory: layout.directory,
                user: portMapperUser, deadline: .seconds(10)),
            output: layout.log + "/epmd.out")
        let limit = ContinuousClock.now + .seconds(10)
        while mapper.names() == nil {
            guard process.isRunning, ContinuousClock.now < limit else {
                let reason = tail(of: layout.log + "/epmd.out")
                await process.end(grace: .seconds(1))
                throw SupervisedFailure.portMapperFailed(port: mapper.port, reason: reason)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The port mapper is no tool that drops privileges itself.
    private var portMapperUser: OSUser? {
        if case .droppedByTools(let user) = installation.account { user } else { installation.runAs }
    }

    private func checkPorts() throws(SupervisedFailure) {
        let port = settings.effectivePortMapperPort
        if PortMapper(port: port).names()?.contains(shortName) == true {
            throw .nameInUse(layout.nodeName, port: port)
        }
        for port in settings.clientPorts where !LocalPort.isFree(port) {
            throw .portInUse(port, purpose: "for its clients")
        }
        guard LocalPort.isFree(settings.distributionPort) else {
            throw .portInUse(settings.distributionPort, purpose: "for its peers")
        }
    }

    private func startServer() throws -> SeenProcess {
        var invocation = installation.invocation(
            tool: "rabbitmq-server", arguments: layout.processes.serverMark.words, deadline: .seconds(0))
        invocation.workingDirectory = layout.directory
        // The script then becomes the server, instead of staying as its parent.
        invocation.environment["RUNNING_UNDER_SYSTEMD"] = "true"
        invocation.environment["ERL_CRASH_DUMP"] = layout.log + "/erl_crash.dump"
        invocation.environment["ERL_CRASH_DUMP_SECONDS"] = "10"
        // Each start begins its output anew, so that a failure shows its own words only.
        try AtomicFile.write([], to: layout.output, mode: 0o640, owner: installation.fileOwner)
        return try DetachedProcess.start(invocation, output: layout.output)
    }

    private func awaitReady(
        _ process: SeenProcess, until limit: ContinuousClock.Instant, allowed: Duration, progress: Progress
    ) async throws {
        let mapper = PortMapper(port: settings.effectivePortMapperPort)
        var isRegistered = false
        while true {
            guard process.isRunning else {
                process.collect()
                await layout.processes.endPortMapper()
                throw SupervisedFailure.bootFailed(layout.nodeName, log: tail(of: layout.output))
            }
            let left = ContinuousClock.now.duration(to: limit)
            guard left > .zero else {
                throw SupervisedFailure.notReady(layout.nodeName, after: allowed, log: tail(of: layout.output))
            }
            // Asking the port mapper costs nothing; each call of a tool half a second.
            if mapper.names()?.contains(shortName) == true {
                if !isRegistered { progress("\(layout.nodeName) is booting") }
                isRegistered = true
                let call = installation.invocation(tool: "rabbitmqctl", arguments: ["await_startup"], deadline: left)
                if let result = try? await runner.run(call), result.status.isSuccess { return }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The lines that tell why a start failed, without what may be a secret: from the first error on, as reports of
    /// the runtime's own follow it; else the last ones.
    private func tail(of path: String, lines: Int = 20) -> String {
        let text = String(decoding: (try? FileContent.read(path)) ?? [], as: UTF8.self)
        let rows = text.split(separator: "\n", omittingEmptySubsequences: true)
        let first = rows.firstIndex { $0.contains("[error]") || $0.contains("BOOT FAILED") }
        let chosen = first.map { rows[$0...].prefix(lines) } ?? rows.suffix(lines)
        return Redaction.maskURIs(chosen.joined(separator: "\n"))
    }
}
