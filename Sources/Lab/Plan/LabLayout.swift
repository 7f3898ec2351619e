/// Where labs are on this machine.
public struct LabSite: Sendable, Hashable {
    /// Each lab has a directory in it.
    public let directory: String
    /// Holds the trees that hosts are made from, which outlive every lab.
    public let cache: String

    public init(directory: String = "/var/lib/warren-lab", cache: String = "/var/cache/warren") {
        self.directory = directory
        self.cache = cache
    }

    public func layout(of lab: LabName) -> LabLayout { LabLayout(lab: lab, directory: "\(directory)/\(lab)") }
}

/// Where the files of one lab are.
public struct LabLayout: Sendable, Hashable {
    public let lab: LabName
    public let directory: String

    /// What the lab is: see `LabRecord`.
    public var record: String { directory + "/lab.json" }
    /// Held by the process that changes the lab.
    var lock: String { directory + "/lock" }
    /// Debian packages that hosts get.
    var packages: String { directory + "/packages" }
    /// The files that hosts get, at the paths that they have there.
    var files: String { directory + "/files" }
    /// What names the lab's hosts to commands in its network; `ip netns exec` puts it over /etc/hosts.
    var clientFiles: String { "/etc/netns/\(lab.hub).\(LabPort.clientName)" }

    var hosts: String { directory + "/hosts" }
    func host(_ name: String) -> HostLayout { HostLayout(directory: "\(hosts)/\(name)") }
}

/// Where the files of one host are.
public struct HostLayout: Sendable, Hashable {
    public let directory: String

    /// What the host wrote to its disk; without it the host is a new machine.
    var upper: String { directory + "/upper" }
    /// For the kernel's own use.
    var work: String { directory + "/work" }
    /// The disk as the host sees it, while it is mounted.
    public var root: String { directory + "/root" }
    /// What the host printed while it booted.
    public var console: String { directory + "/console" }
    /// Held until the process that boots the host is recorded and in its control group.
    var gate: String { directory + "/gate" }
    /// The process that runs the host.
    var process: String { directory + "/process" }
}
