import Foundation
import Glibc
import HostAccess

/// Powers one host on and off.
struct HostPower {
    let plan: LabPlan
    let host: LabHost
    let lab: LabLayout
    let groups: ControlGroups
    let runner: LabRunner

    static let bootLimit: Duration = .seconds(120)

    private var layout: HostLayout { lab.host(host.name) }
    private var commands: HostCommands { HostCommands(plan: plan, host: host, layout: layout) }
    private var network: NetworkCommands { NetworkCommands(plan: plan) }

    /// The process that runs the host, and the first process of its system where it is that far.
    var running: RunningHost? {
        guard let supervisor = ProcessRecord(layout.process).running() else { return nil }
        let leader = ProcessTable.children(of: supervisor.pid).first { ProcessTable.isInit($0.pid) }
        return RunningHost(supervisor: supervisor, leader: leader)
    }

    /// Boots the host from its mounted disk and waits until its system says that all it starts has started.
    func on(isConnected: Bool) async throws {
        await unwire()
        try await runner.run(network.attach(host.port), "Wiring \(host.name)")
        try await runner.run(network.connect(host.port, isConnected), "Wiring \(host.name)")
        try await wait(for: start())
    }

    private func wait(for supervisor: SeenProcess) async throws {
        try await reached("The boot of \(host.name)", within: Self.bootLimit, output: console) {
            guard supervisor.isRunning else {
                throw LabFailure.failed("The boot of \(host.name)", output: console())
            }
            guard let leader = running?.leader else { return false }
            return try await isUp(leader)
        }
    }

    /// The process is known and in its group before it does anything.
    private func start() throws -> SeenProcess {
        guard let gate = try FileLock(layout.gate) else {
            throw LabFailure.refused("\(host.name) is about to boot already.")
        }
        let call = commands.boot(packages: lab.packages)
        let supervisor = try DetachedProcess.start(call, output: layout.console)
        do {
            try ProcessRecord(layout.process).write(supervisor)
            try groups.add(supervisor, to: host.name, of: plan.name)
        } catch {
            supervisor.signal(SIGKILL)
            throw error
        }
        withExtendedLifetime(gate) {}
        return supervisor
    }

    /// `degraded` is up too: one of its units failed, which is for the user to see.
    private func isUp(_ leader: SeenProcess) async throws -> Bool {
        let call = HostCommands.enter(
            leader: leader.pid, ["systemctl", "is-system-running", "--wait"], within: Self.bootLimit)
        let result = try await runner.runner.run(call)
        return ["running", "degraded"].contains(result.stdout.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The end of what the host printed.
    private func console() -> String {
        let bytes = (try? FileContent.read(layout.console)) ?? []
        return String(decoding: bytes.suffix(4096), as: UTF8.self)
    }

    /// Everything on the host is gone at once. Its wire goes first: a host without power answers nobody.
    func cutPower() async throws {
        if let found = running {
            try await runner.run(network.connect(host.port, false), "Cutting the power of \(host.name)")
            (found.leader ?? found.supervisor).signal(SIGKILL)
        }
        try await settle()
    }

    /// The host's system stops everything in its own order, for as long as it takes.
    func shutDown(within limit: Duration = .seconds(180)) async throws {
        if let supervisor = running?.supervisor {
            supervisor.signal(SIGTERM)
            try await reached("The end of \(host.name)'s shutdown", within: limit, output: console) {
                !supervisor.isRunning
            }
        }
        try await settle()
    }

    /// Waits for the last process and takes away what a host without power has not: its place in the network.
    private func settle() async throws {
        let supervisor = ProcessRecord(layout.process).running()
        try await reached("The end of \(host.name)", within: .seconds(20), output: console) {
            supervisor?.collect()
            return supervisor?.isRunning != true && groups.processes(plan.name, host: host.name).isEmpty
        }
        try groups.remove(plan.name, host: host.name)
        ProcessRecord(layout.process).remove()
        await unwire()
    }

    /// Takes the host's place in the network away, where it has one.
    private func unwire() async {
        for call in network.detach(host.port) { _ = try? await runner.runner.run(call) }
    }
}

/// The processes of a host that is on.
struct RunningHost: Sendable, Hashable {
    /// `systemd-nspawn`, outside of the host.
    let supervisor: SeenProcess
    /// Process 1 of the host; nil while it is about to boot.
    let leader: SeenProcess?
}
