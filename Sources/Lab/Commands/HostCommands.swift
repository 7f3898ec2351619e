import HostAccess

/// The commands that boot a host and reach into it.
struct HostCommands {
    let plan: LabPlan
    let host: LabHost
    let layout: HostLayout

    func mount(over base: String) -> Invocation {
        let options = "lowerdir=\(base),upperdir=\(layout.upper),workdir=\(layout.work)"
        return LabTool.mount.call(["-t", "overlay", "-o", options, "overlay", layout.root])
    }

    /// Boots the host once the gate is free. `flock` becomes `systemd-nspawn`, so that the process that waits at the
    /// gate, and is recorded there, is the one that runs the host.
    ///
    /// - Parameter packages: a directory of this machine that the host sees at `packagesInside`.
    func boot(packages: String) -> Invocation {
        var call = LabTool.flock.call([
            "--no-fork", layout.gate, LabTool.nspawn.rawValue, "--quiet", "--settings=no", "--register=no",
            "--keep-unit", "--resolv-conf=off", "--timezone=off", "--link-journal=no",
            "--network-namespace-path=/run/netns/\(host.port.namespace)",
            "--bind-ro=\(packages):\(Self.packagesInside)",
            // keepalived moves an address, and servers lock memory: what a host may do with what is its own.
            "--capability=CAP_NET_ADMIN,CAP_IPC_LOCK",
            "--directory=\(layout.root)", "--machine=\(host.machine)", "--hostname=\(host.name)", "--boot",
        ])
        // Version 2 of the control groups, whatever this machine uses itself, as every kernel of today has it. With
        // version 1 nobody tells a system that a group of its is empty, so that a unit whose main process was killed
        // stays `deactivating` until its timeout.
        call.environment["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY"] = "1"
        // A proxy has to bind addresses that it does not hold, which is a setting of the kernel.
        call.environment["SYSTEMD_NSPAWN_API_VFS_WRITABLE"] = "network"
        // The gate is the lock. That of systemd-nspawn outlives it where it is killed.
        call.environment["SYSTEMD_NSPAWN_LOCK"] = "0"
        return call
    }

    static let packagesInside = "/run/warren-lab"

    /// What the host's own processes can't do either: it would be done to this machine.
    private static let drop = ["setpriv", "--bounding-set=-sys_time,-sys_module,-sys_rawio", "--"]

    /// A command on the host, found in its own `PATH`, with its own environment.
    static func enter(
        leader: Int32, _ command: [String], terminal: String? = nil, input: [UInt8]? = nil, within deadline: Duration
    ) -> Invocation {
        var call = LabTool.nsenter.call(["--target", String(leader), "--all", "--"] + drop + command, within: deadline)
        call.environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root",
            "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash",
        ]
        if let terminal { call.environment["TERM"] = terminal }
        call.standardInput = input
        return call
    }

    /// A command of this machine in the lab's network, in the user's own environment.
    static func join(
        _ port: LabPort, _ command: [String], environment: [String: String], directory: String,
        within deadline: Duration
    ) -> Invocation {
        Invocation(
            executable: LabTool.ip.rawValue, arguments: ["netns", "exec", port.namespace] + command,
            environment: environment, workingDirectory: directory, deadline: deadline)
    }
}
