import ClusterModel

/// What a lab is made of, as a value: everything else follows from it.
public struct LabPlan: Sendable, Hashable, Codable {
    public let name: LabName
    public let release: DebianRelease
    /// The cluster of the manifest.
    public let cluster: String
    public let network: IPv4Network
    /// What the network interface of every host is called.
    public let interface: String
    public let hosts: [LabHost]
    /// Where commands on this machine join the network.
    public let client: LabPort
    /// The address that moves, where the manifest has one.
    public let vip: IPv4Address?
    /// The lab that its network is wired to, as that of another site; nil where it stands alone.
    public let joined: LabName?

    /// Holds a manifest against what a lab can boot.
    ///
    /// - Parameter other: a lab whose hosts are to be reached.
    public init(
        name: LabName, release: DebianRelease, manifest: ClusterManifest, joining other: LabPlan? = nil
    ) throws(LabFailure) {
        let vip = manifest.vip?.address
        let addresses = try manifest.hosts.map { host throws(LabFailure) in try Self.address(of: host) }
        guard let first = addresses.first else { throw .refused("The manifest names no host to boot.") }
        guard let network = vip.map({ IPv4Network(of: $0) }) ?? IPv4Network(of: first, prefix: 24) else {
            throw .refused(
                "The VIP \(vip?.description ?? "") is not IPv4, and a lab has IPv4 only. Rehearse with other addresses."
            )
        }
        let mobile = vip.flatMap { IPv4Address($0.address) }
        self.name = name
        self.release = release
        cluster = manifest.name
        self.network = network
        self.vip = mobile
        interface = manifest.vip?.interface ?? "eth0"
        hosts = try Self.hosts(of: manifest.hosts, addresses, in: network, lab: name)
        let own = addresses + (mobile.map { [$0] } ?? [])
        if let other { try Self.check(own, in: network, against: other) }
        joined = other?.name
        client = try Self.client(beside: Set(own + (other?.addresses ?? [])), in: network, lab: name)
    }

    /// All that are in use.
    private var addresses: [IPv4Address] { hosts.map(\.address) + [client.address] + (vip.map { [$0] } ?? []) }

    /// Two labs that are joined are one network.
    private static func check(
        _ own: [IPv4Address], in network: IPv4Network, against other: LabPlan
    ) throws(LabFailure) {
        guard network == other.network else {
            throw .refused(
                "The lab \(other.name) has the network \(other.network), and this manifest's hosts are in \(network). "
                    + "Labs that are joined have one network: take addresses of \(other.network).")
        }
        let taken = Set(other.addresses)
        if let twice = own.first(where: taken.contains) {
            throw .refused("The address \(twice) is in use in the lab \(other.name). Take another one.")
        }
    }

    /// The host of that name, in capitals or small letters, or a refusal that says which there are.
    public func host(_ name: String) throws(LabFailure) -> LabHost {
        if let host = hosts.first(where: { $0.name.lowercased() == name.lowercased() }) { return host }
        let names = hosts.map(\.name).joined(separator: ", ")
        throw .refused("The lab \(self.name) has no host \(name.printable). It has \(names).")
    }

    private static func address(of host: Host) throws(LabFailure) -> IPv4Address {
        guard let address = IPv4Address(host.address) else {
            throw .refused("The address \(host.address) of \(host.name) is not IPv4, and a lab has IPv4 only.")
        }
        return address
    }

    private static func hosts(
        of hosts: [Host], _ addresses: [IPv4Address], in network: IPv4Network, lab: LabName
    ) throws(LabFailure) -> [LabHost] {
        var result: [LabHost] = []
        for (host, address) in zip(hosts, addresses) {
            guard address.number >> 24 != 127, address.number >> 28 != 14 else {
                throw .refused(
                    "\(host.name) has the address \(address), at which no other host can reach it. A lab needs "
                        + "addresses of one network, such as 10.77.0.11.")
            }
            guard network.hasRoom(for: address) else {
                throw .refused(
                    "\(host.name) has the address \(address), which is not in the network \(network) of the others. "
                        + "A lab has one network: the VIP's, or else the 256 addresses around the first host.")
            }
            guard host.name.lowercased() != LabPort.clientName else {
                throw .refused("A lab calls its own place in the network client; give that host another name.")
            }
            result.append(LabHost(host, address, number: result.count + 1, lab: lab))
        }
        return result
    }

    /// The highest address that is free.
    private static func client(
        beside taken: Set<IPv4Address>, in network: IPv4Network, lab: LabName
    ) throws(LabFailure) -> LabPort {
        var candidate = IPv4Address(number: network.last.number &- 1)
        while taken.contains(candidate) { candidate = IPv4Address(number: candidate.number - 1) }
        guard network.hasRoom(for: candidate) else {
            throw .refused("The network \(network) has no address left for a client. Take a larger one.")
        }
        return LabPort(lab: lab, name: LabPort.clientName, link: LabPort.clientName, address: candidate)
    }
}
