import ClusterModel
import HostAccess

/// The commands that make and change a lab's network.
///
/// The bridge is in a namespace of the lab's own, the hub, so that labs with the same addresses know nothing of each
/// other, nor of the network of this machine.
struct NetworkCommands {
    static let bridge = "bridge"

    let plan: LabPlan
    private var hub: String { plan.name.hub }

    /// The hub with its bridge.
    func makeHub() -> [Invocation] {
        [
            ip("netns", "add", hub),
            ip("-n", hub, "link", "set", "lo", "up"),
            ip("-n", hub, "link", "add", Self.bridge, "type", "bridge"),
            ip("-n", hub, "link", "set", Self.bridge, "up"),
        ]
    }

    /// A namespace wired to the bridge. Its `lo` is up before the host boots, or RabbitMQ would not start.
    func attach(_ port: LabPort) -> [Invocation] {
        let inside = port.namespace
        return [
            ip("netns", "add", inside),
            ip("-n", inside, "link", "set", "lo", "up"),
            ip(
                "-n", hub, "link", "add", port.link, "type", "veth", "peer", "name", plan.interface, "address",
                Self.hardwareAddress(of: port), "netns", inside),
            ip("-n", hub, "link", "set", port.link, "master", Self.bridge),
            ip("-n", inside, "address", "add", "\(port.address)/\(plan.network.prefix)", "dev", plan.interface),
            ip("-n", inside, "link", "set", plan.interface, "up"),
        ]
    }

    /// The same after each boot, as a machine's is: others remember it for a while. Two labs never meet on one wire.
    static func hardwareAddress(of port: LabPort) -> String {
        let bytes =
            [0x02, 0x00] + stride(from: 24, through: 0, by: -8).map { port.address.number >> UInt32($0) & 0xFF }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    /// The end of the wire to another lab, at this lab's bridge.
    static let site = "site"

    /// Wires the two bridges together. The end at the other lab is named after this one, as several may join it.
    func join(_ other: LabName) -> [Invocation] {
        let far = "s" + stableFingerprint([plan.name.description]).prefix(12)
        return [
            ip("-n", hub, "link", "add", Self.site, "type", "veth", "peer", "name", far, "netns", other.hub),
            ip("-n", hub, "link", "set", Self.site, "master", Self.bridge),
            ip("-n", other.hub, "link", "set", far, "master", Self.bridge),
            ip("-n", other.hub, "link", "set", far, "up"),
            connectSite(true),
        ]
    }

    /// Plugs in the wire to the other lab, or pulls it.
    func connectSite(_ isConnected: Bool) -> Invocation {
        ip("-n", hub, "link", "set", Self.site, isConnected ? "up" : "down")
    }

    /// Plugs the wire in, or pulls it.
    func connect(_ port: LabPort, _ isConnected: Bool) -> Invocation {
        ip("-n", hub, "link", "set", port.link, isConnected ? "up" : "down")
    }

    /// Takes the wire away with all that its host's namespace holds, addresses that moved there included.
    /// The kernel would take it away with the namespace, at a time of its own.
    func detach(_ port: LabPort) -> [Invocation] {
        [ip("-n", hub, "link", "delete", port.link), Self.remove(port.namespace)]
    }

    static func remove(_ namespace: String) -> Invocation { LabTool.ip.call(["netns", "delete", namespace]) }

    /// Makes exactly these pairs of hosts deaf to each other: the bridge passes nothing on, broadcasts included.
    func separate(_ pairs: [HostPair]) throws(LabFailure) -> Invocation {
        var rules = ""
        for pair in pairs {
            let (one, other) = (try plan.host(pair.one).port.link, try plan.host(pair.other).port.link)
            for (from, to) in [(one, other), (other, one)] {
                rules += "add rule bridge warren forward iifname \"\(from)\" oifname \"\(to)\" drop\n"
            }
        }
        let chain = "table bridge warren { chain forward { type filter hook forward priority 0; }; }\n"
        return LabTool.ip.call(
            ["netns", "exec", hub, LabTool.nft.rawValue, "-f", "-"],
            input: chain + "flush chain bridge warren forward\n" + rules)
    }

    private func ip(_ arguments: String...) -> Invocation { LabTool.ip.call(arguments) }
}

/// Two hosts between which nothing gets through.
public struct HostPair: Sendable, Hashable, Codable {
    public let one: String
    public let other: String

    /// The order of the two makes no difference.
    public init(_ first: String, _ second: String) { (one, other) = first < second ? (first, second) : (second, first) }

    /// Whether the host is one of the two.
    public func concerns(_ host: String) -> Bool { one == host || other == host }
}
