import Foundation
import HostAccess
import TestSupport

/// A host of a manifest as far as the programs' own checks look: a network namespace with the address on `eth0`. They
/// run there as Debian 12 has them, and then as Debian 13 has them.
struct CheckedHost {
    let address: String

    /// What the programs said where one did not exit with 0; empty where all did.
    func run(_ commands: String...) async throws -> String {
        guard OSUser.isRoot else { throw TestFailure("The checks of haproxy and keepalived need root.") }
        let tree = BrokerHome.tree
        for program in ["haproxy", "keepalived"].flatMap({ ["/usr/sbin/\($0)", "\(tree)/usr/sbin/\($0)"] })
        where !FileStatus.isExecutable(program) {
            throw TestFailure("\(program) is missing. Run: make prerequisites testbed")
        }
        let script = """
            set -e
            ip link add eth0 type veth peer name eth1
            ip link set lo up; ip link set eth1 up; ip link set eth0 up
            ip addr add "$1" dev eth0
            mount --bind /tmp "$2/tmp"
            shift 2
            for command in "$@"; do
                for root in / \(tree); do
                    chroot "$root" $command > /tmp/warren-check.$$ 2>&1 || { echo "$root: $command: $?"; cat /tmp/warren-check.$$; }
                    rm -f /tmp/warren-check.$$
                done
            done
            """
        let prefix = address.contains(":") ? "/64" : "/24"
        let result = try await ProcessRunner().run(
            Invocation(
                executable: "/usr/bin/unshare",
                arguments: ["--net", "--mount", "/bin/sh", "-c", script, "sh", address + prefix, tree] + commands,
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], deadline: .seconds(60)))
        return result.stdout + result.stderr
    }
}
