import HostAccess

/// A program of this machine that labs are made with.
enum LabTool: String, CaseIterable, Sendable {
    case ip = "/usr/sbin/ip"
    case nft = "/usr/sbin/nft"
    case mount = "/usr/bin/mount"
    case umount = "/usr/bin/umount"
    case flock = "/usr/bin/flock"
    case nsenter = "/usr/bin/nsenter"
    case nspawn = "/usr/bin/systemd-nspawn"
    case debootstrap = "/usr/sbin/debootstrap"
    case rm = "/usr/bin/rm"
    case cp = "/usr/bin/cp"

    /// The Debian package that brings it.
    var package: String {
        switch self {
        case .ip: "iproute2"
        case .nft: "nftables"
        case .mount, .umount: "mount"
        case .flock, .nsenter: "util-linux"
        case .nspawn: "systemd-container"
        case .debootstrap: "debootstrap"
        case .rm, .cp: "coreutils"
        }
    }

    static let environment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root",
    ]

    func call(_ arguments: [String], input: String? = nil, within deadline: Duration = .seconds(30)) -> Invocation {
        Invocation(
            executable: rawValue, arguments: arguments, environment: Self.environment,
            standardInput: input.map { Array($0.utf8) }, deadline: deadline)
    }
}
