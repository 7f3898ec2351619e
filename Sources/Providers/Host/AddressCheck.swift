import ClusterModel
import HostAccess

/// What on this host or in its network is in the way of holding the virtual address here. keepalived says nothing of
/// either: without its interface it waits, and an address that somebody else has it takes all the same.
public struct AddressCheck: Sendable {
    let vip: VIPSettings
    let proxies: [Host]
    let host: Host
    private let interfaces: @Sendable () -> [String]
    private let hardware: @Sendable ([IPAddress]) async -> [IPAddress: String]

    public init(
        vip: VIPSettings, proxies: [Host], host: Host,
        interfaces: @escaping @Sendable () -> [String] = { NetworkInterfaces.names() },
        hardware: @escaping @Sendable ([IPAddress]) async -> [IPAddress: String] = {
            await Neighbours.hardware(of: $0)
        }
    ) {
        self.vip = vip
        self.proxies = proxies
        self.host = host
        self.interfaces = interfaces
        self.hardware = hardware
    }

    /// Nil where nothing is, as far as can be told.
    ///
    /// - Parameter isLooking: whether to ask who answers for the address; not where keepalived runs here with this very
    ///   address, as a backup that is to take over must not wait for this.
    public func problem(lookingForStrangers isLooking: Bool) async -> String? {
        let names = interfaces()
        guard names.contains(vip.interface) else {
            let others = names.filter { $0 != "lo" }.joined(separator: ", ")
            return "this host has no interface \(vip.interface), which spec.vip.interface names; it has "
                + (others.isEmpty ? "none but the loopback" : others)
        }
        return isLooking ? await stranger() : nil
    }

    /// Somebody who answers for the address and is none of the proxy hosts. Of these, one that does not answer may be
    /// the one that has it.
    private func stranger() async -> String? {
        let others = proxies.filter { $0 != host }.map { IPAddress($0.address) }
        let known = others.compactMap { $0 }
        guard known.count == others.count else { return nil }
        let answers = await hardware([vip.address.address] + known)
        guard let holder = answers[vip.address.address] else { return nil }
        let ours = known.map { answers[$0] }
        guard !ours.contains(nil), !ours.contains(holder) else { return nil }
        return "the virtual address \(vip.address.text) is in use already, by the network card \(holder), which is "
            + "none of the proxy hosts'; take it away from there or choose another one in spec.vip.address"
    }
}
