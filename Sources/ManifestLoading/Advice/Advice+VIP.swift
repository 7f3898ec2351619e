import ClusterModel

extension Advice {
    static let vip: [Advice] = [
        Advice("network-of-the-vip", network), Advice("number-of-proxies", numberOfProxies),
        Advice("check-weight", checkWeight), Advice("advertisement-interval", advertisementInterval),
    ]

    /// A prefix of all bits says nothing about a network.
    private static func network(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard let vip = manifest.vip, vip.address.prefixLength < vip.address.address.bytes.count * 8 else { return [] }
        let outside = manifest.proxies.first { host in
            IPAddress(host.address).map { !vip.address.contains($0) } ?? false
        }
        guard let host = outside else { return [] }
        return [
            Finding(
                ["vip", "address"],
                "\(vip.address) is another network than that of \(host.name), \(host.address), so that nobody may reach the VIP there; write an address and a prefix of that network"
            )
        ]
    }

    private static func numberOfProxies(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard manifest.vip != nil, manifest.proxies.count == 1, let host = manifest.proxies.first else { return [] }
        return [
            Finding(
                ["vip"],
                "\(host.name) is the only proxy host, so that the VIP is gone with it; give another host the role proxy"
            )
        ]
    }

    private static func checkWeight(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard let vip = manifest.vip, vip.checkWeight > 0, manifest.proxies.count > 1 else { return [] }
        let path = ["vip", "checkWeight"]
        if !vip.isPreempting {
            return [
                Finding(
                    path,
                    "checkWeight only lowers the priority, and with preempt: false nobody takes the VIP from a holder that lives; write checkWeight: 0"
                )
            ]
        }
        guard vip.checkWeight <= vip.priorityGap else { return [] }
        return [
            Finding(
                path,
                "checkWeight \(vip.checkWeight) does not exceed priorityGap \(vip.priorityGap), so that a holder whose HAProxy is dead keeps the VIP; write more than \(vip.priorityGap), or 0"
            )
        ]
    }

    private static func advertisementInterval(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard let interval = manifest.vip?.advertisementInterval else { return [] }
        let path = ["vip", "advertisementInterval"]
        if interval < .milliseconds(100) {
            return [
                Finding(
                    path,
                    "three intervals of \(interval.milliseconds)ms pass on a host that is merely busy, and then two hold the VIP; write 200ms"
                )
            ]
        }
        guard interval > .seconds(1) else { return [] }
        return [
            Finding(
                path,
                "clients wait for three intervals of \(interval.milliseconds)ms when the holder dies; write 200ms to 1s"
            )
        ]
    }
}
