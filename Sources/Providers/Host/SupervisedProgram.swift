import Glibc
import HostAccess

/// How a supervised proxy's program is started, found again, and told to read its configuration again.
struct SupervisedProgram: Sendable {
    let executable: String
    let arguments: [String]
    let mark: CommandMark
    let reloadSignal: Int32
    /// Whether a reload shows as another child.
    let reloadsIntoNewProcess: Bool
    /// Files that say that it runs: left by one that was killed, they would keep the next one from starting.
    let leftovers: [String]
    /// What it may have to be allowed by the kernel, by name and number (linux/capability.h).
    let capabilities: [(name: String, bit: UInt64)]

    /// HAProxy as master and worker, in the foreground: on SIGUSR2 the master starts a worker with the new
    /// configuration (HAProxy's management guide, section 4).
    static func haproxy(_ layout: HostLayout) -> SupervisedProgram {
        let arguments = ["-W", "-db", "-f", layout.haproxyConfiguration]
        return SupervisedProgram(
            executable: "/usr/sbin/haproxy", arguments: arguments, mark: CommandMark(arguments),
            reloadSignal: SIGUSR2, reloadsIntoNewProcess: true, leftovers: [], capabilities: [])
    }

    /// keepalived in the foreground, for VRRP alone: it reloads on SIGHUP (keepalived(8)).
    static func keepalived(_ layout: HostLayout) -> SupervisedProgram {
        let file = layout.keepalivedConfiguration
        let records = ["parent", "vrrp"].map { file.directoryOfPath + "/\($0).pid" }
        return SupervisedProgram(
            executable: "/usr/sbin/keepalived",
            arguments: [
                "--dont-fork", "--log-console", "--vrrp", "--pid", records[0], "--vrrp_pid", records[1], "--use-file",
                file,
            ],
            mark: CommandMark(["--vrrp_pid", records[1], "--use-file", file]), reloadSignal: SIGHUP,
            reloadsIntoNewProcess: false, leftovers: records,
            capabilities: [("CAP_NET_ADMIN", 12), ("CAP_NET_RAW", 13)])
    }

    var invocation: Invocation {
        Invocation(
            executable: executable, arguments: arguments,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"], deadline: .seconds(0))
    }

    /// Why this process can't start it; nil where nothing is known against it.
    var lack: String? {
        let held = Self.heldCapabilities
        let missing = capabilities.filter { held & (1 << $0.bit) == 0 }.map(\.name)
        guard !missing.isEmpty else { return nil }
        return "\(executable) needs \(missing.joined(separator: " and ")) to hold the VIP, and Warren has not got "
            + "\(missing.count == 1 ? "it" : "them"); run Warren as root, or give the container NET_ADMIN and NET_RAW"
    }

    private static var heldCapabilities: UInt64 {
        let bytes = (try? FileContent.read("/proc/self/status", limit: 65536)) ?? []
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        return line.flatMap { UInt64($0.split(whereSeparator: \.isWhitespace).last ?? "", radix: 16) } ?? 0
    }
}
