import Foundation
import Glibc
import HostAccess
import Lab
import Synchronization
import TestSupport
import Testing

/// A Debian system that is booted from a tree, with systemd as its first process, on a disk and a network of its own.
///
/// Its disk and its network are in namespaces that end with it; its control group and its directory are removed.
final class BootedSystem: Sendable {
    static let runner = ProcessRunner(concurrency: 16)

    let directory: ScratchDirectory
    private let power: Invocation
    private let supervisor: Mutex<SeenProcess>
    private let groups: [String]

    /// Boots a system, hands it to `body`, and powers it off whatever becomes of that.
    static func with(_ release: DebianRelease, _ body: (BootedSystem) async throws -> Void) async throws {
        let system = try BootedSystem(tree: await Laboratory().prepare(release))
        do {
            try await system.awaitBoot()
            try await body(system)
        } catch {
            await system.powerOff()
            throw error
        }
        await system.powerOff()
    }

    /// - Parameter tree: a tree with systemd and the services, as the lab makes it.
    private init(tree: String) throws {
        directory = try ScratchDirectory("system")
        let name = String(directory.path.split(separator: "/")[1])
        groups = ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"].filter {
            FileAccess.isWritable($0 + "/cgroup.procs")
        }.map { $0 + "/" + name }
        for part in ["upper", "work", "root"] { try Directory.make(directory.path(part), mode: 0o755) }
        try directory.write(Self.boot, to: "boot", mode: 0o755)
        power = Invocation(
            executable: "/usr/bin/unshare",
            arguments: ["--mount", "--net", "--", directory.path("boot"), tree, directory.path, name] + groups,
            environment: [
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                // With version 1, systemd is not told when the last process of a service is gone.
                "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
            ], deadline: .seconds(60))
        supervisor = Mutex(try DetachedProcess.start(power, output: directory.path("console")))
    }

    private var running: SeenProcess { supervisor.withLock { $0 } }

    private static let boot = """
        #!/bin/bash
        set -eu
        tree=$1 directory=$2 name=$3
        shift 3
        for group in "$@"; do
            mkdir -p "$group"
            echo $$ > "$group/cgroup.procs"
        done
        ip link set lo up
        mount -t overlay -o "lowerdir=$tree,upperdir=$directory/upper,workdir=$directory/work" overlay "$directory/root"
        echo mq1 > "$directory/root/etc/hostname"
        echo "127.0.0.1 localhost mq1" > "$directory/root/etc/hosts"
        tr -d - < /proc/sys/kernel/random/uuid > "$directory/root/etc/machine-id"
        exec systemd-nspawn --quiet --settings=no --register=no --keep-unit --resolv-conf=off --timezone=off \
            --link-journal=no --network-namespace-path=/proc/$$/ns/net --capability=CAP_NET_ADMIN,CAP_IPC_LOCK \
            --directory="$directory/root" --machine="$name" --boot < /dev/null
        """

    /// The first process of the system.
    private var leader: SeenProcess? {
        let pid = running.pid
        return ProcessTable.entries().first { entry in
            guard entry.parent == pid else { return false }
            let line = (try? FileContent.read("/proc/\(entry.process.pid)/cmdline")) ?? []
            return String(decoding: line, as: UTF8.self).contains("/systemd")
        }?.process
    }

    /// Waits until the system has started all that it starts.
    func awaitBoot() async throws {
        let isUp = await eventually(within: .seconds(120)) {
            guard leader != nil else { return false }
            let state = try? await run("systemctl is-system-running --wait")
            return ["running\n", "degraded\n"].contains(state?.output)
        }
        guard isUp else {
            let console = (try? FileContent.read(directory.path("console"))) ?? []
            throw TestFailure("The system did not boot: " + String(decoding: console.suffix(4096), as: UTF8.self))
        }
    }

    /// Shuts the system down and boots it again from its disk.
    func reboot() async throws {
        await shutDown()
        let next = try DetachedProcess.start(power, output: directory.path("console"))
        supervisor.withLock { $0 = next }
        try await awaitBoot()
    }

    /// A call that runs in the system.
    func inside(_ call: Invocation) throws -> Invocation {
        guard let leader else { throw TestFailure("The system does not run.") }
        var inside = call
        inside.executable = "/usr/bin/nsenter"
        inside.arguments = ["--target", String(leader.pid), "--all", "--", call.executable] + call.arguments
        return inside
    }

    /// Runs a script in the system.
    @discardableResult
    func run(_ script: String, within deadline: Duration = .seconds(120)) async throws -> ProgramRun {
        let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"]
        let call = Invocation(
            executable: "/bin/bash", arguments: ["-c", script], environment: environment, deadline: deadline)
        let result = try await Self.runner.run(inside(call))
        return ProgramRun(result)
    }

    /// The system's own root, as this machine sees it.
    var root: String { "/proc/\(leader?.pid ?? 0)/root" }

    /// The system's services.
    var units: SystemdUnits { SystemdUnits(runner: Entering(system: self)) }

    private func shutDown() async {
        let supervisor = running
        supervisor.signal(SIGTERM)
        if await !eventually(within: .seconds(60), { !supervisor.isRunning }) {
            leader?.signal(SIGKILL)
            supervisor.signal(SIGKILL)
            _ = await eventually(within: .seconds(20)) { !supervisor.isRunning }
        }
        supervisor.collect()
    }

    private func powerOff() async {
        await shutDown()
        for group in groups { _ = await eventually { Self.remove(group) } }
    }

    /// Removes a control group with those in it; says whether it is gone.
    private static func remove(_ group: String) -> Bool {
        for name in (try? Directory.names(group)) ?? [] where isDirectory(group + "/" + name) {
            _ = remove(group + "/" + name)
        }
        return rmdir(group) == 0 || errno == ENOENT
    }

    private static func isDirectory(_ path: String) -> Bool { (try? FileStatus(path))?.form == .directory }
}

/// Runs what it is given in a system.
private struct Entering: ProcessRunning {
    let system: BootedSystem

    var started: Int { BootedSystem.runner.started }

    func run(_ invocation: Invocation) async throws(ProcessFailure) -> ProcessResult {
        guard let inside = try? system.inside(invocation) else {
            throw .couldNotRun(executable: invocation.executable, reason: "the system does not run")
        }
        return try await BootedSystem.runner.run(inside)
    }

    func converse(_ invocation: Invocation, pause: String) throws(ProcessFailure) -> Conversation {
        guard let inside = try? system.inside(invocation) else {
            throw .couldNotRun(executable: invocation.executable, reason: "the system does not run")
        }
        return try BootedSystem.runner.converse(inside, pause: pause)
    }
}
