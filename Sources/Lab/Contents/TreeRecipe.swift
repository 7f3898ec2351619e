import HostAccess

/// How the tree is made that all hosts of one release share: packages installed, nothing configured or started.
public struct TreeRecipe: Sendable, Hashable {
    public let release: DebianRelease

    public init(_ release: DebianRelease) { self.release = release }

    static let packages = [
        "systemd", "systemd-sysv", "dbus", "iproute2", "procps", "rabbitmq-server", "haproxy", "keepalived", "nftables",
        // What the package of Warren depends on, as hosts have no archive to take packages from.
        "libsqlite3-0", "libstdc++6", "libgcc-s1", "adduser", "openssl", "ca-certificates", "curl", "git",
    ]

    /// Units whose name begins like this are not started by the system: the manifest says what runs. Timers have
    /// nothing to do on a host without an archive.
    static let disabledUnits = ["rabbitmq", "epmd", "haproxy", "keepalived", "apt-daily", "e2scrub", "fstrim"]

    /// What makes two machines one and the same, and what only takes room.
    static let removed = [
        "var/lib/rabbitmq/.erlang.cookie", "var/lib/dbus/machine-id", "var/cache/apt/archives", "var/lib/apt/lists",
        "var/log/rabbitmq", "var/log/apt", "var/log/bootstrap.log", "var/log/dpkg.log",
    ]

    /// Files that are there and hold nothing. A machine-id that is missing would make systemd enable every unit.
    static let emptied = ["etc/machine-id", "etc/resolv.conf", "etc/apt/sources.list", "etc/hostname"]

    /// Changes with the recipe, so that a tree of another recipe is never taken for one of this.
    var stamp: String {
        let text = (Self.packages + ["-"] + Self.disabledUnits + ["-"] + Self.removed + ["-"] + Self.emptied)
            .joined(separator: "\n")
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash >> 32, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The name of the tree in the cache.
    public var name: String { "\(release.suite)-lab-\(stamp)" }

    func debootstrap(into directory: String, from archive: String, environment: [String: String]) -> Invocation {
        var call = LabTool.debootstrap.call(
            [
                "--variant=minbase", "--include=" + Self.packages.joined(separator: ","), release.suite, directory,
                archive,
            ], within: .seconds(1800))
        call.environment.merge(environment) { $1 }
        return call
    }
}
