import ClusterModel

/// A place in a lab's network: a namespace with one interface, wired to the lab's bridge.
public struct LabPort: Sendable, Hashable, Codable {
    static let clientName = "client"

    /// The network namespace.
    public let namespace: String
    /// The end of the wire at the bridge.
    public let link: String
    public let address: IPv4Address

    init(lab: LabName, name: String, link: String, address: IPv4Address) {
        namespace = "\(lab.hub).\(name)"
        self.link = link
        self.address = address
    }
}

/// One host of a lab.
public struct LabHost: Sendable, Hashable, Codable {
    public let name: String
    public let roles: [Host.Role]
    public let port: LabPort
    /// What the machine calls the system: the names of hosts alone are not unique where two labs run.
    public let machine: String

    init(_ host: Host, _ address: IPv4Address, number: Int, lab: LabName) {
        name = host.name
        roles = Host.Role.allCases.filter(host.roles.contains)
        port = LabPort(lab: lab, name: host.name, link: "host\(number)", address: address)
        machine = "\(lab.hub)-\(number)"
    }

    public var address: IPv4Address { port.address }
}

extension LabName {
    /// The namespace that holds the lab's bridge; those of its hosts are named after it.
    public var hub: String { "warren-\(self)" }

    /// Whether a machine is one of this lab's: the lab's name and the host's number.
    func owns(machine: String) -> Bool {
        machine.hasPrefix(hub + "-") && machine.dropFirst(hub.count + 1).allSatisfy(\.isNumber)
    }

    /// Whether a network namespace is one of this lab's.
    func owns(namespace: String) -> Bool { namespace == hub || namespace.hasPrefix(hub + ".") }
}
