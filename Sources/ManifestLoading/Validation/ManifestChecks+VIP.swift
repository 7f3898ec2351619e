import ClusterModel

extension ManifestChecks {
    /// The address that moves; nil where the manifest has none or a part of it could not be read.
    mutating func checkVIP(_ vip: Located?, _ hosts: [Host]) -> VIPSettings? {
        guard let vip else { return nil }
        let proxies = hosts.filter { $0.roles.contains(.proxy) }
        if !hosts.isEmpty, isComplete, proxies.isEmpty {
            report.error(
                vip.position, "no host has the role proxy to hold the VIP; add it to the roles of one, or leave vip out"
            )
        }
        checkAddress(vip["address"], hosts, proxies)
        if let interface = vip["interface"] {
            checkGrammar(interface, "write the name of a network interface, such as eth0", Grammar.isInterface)
        }
        checkIntervals(vip)
        checkPriorities(vip, proxies)
        return broken.contains(vip.position) ? nil : VIPSettings(vip)
    }

    private mutating func checkAddress(_ value: Located?, _ hosts: [Host], _ proxies: [Host]) {
        guard let value, let text = value.string else { return }
        guard let network = NetworkAddress(text) else {
            report.error(
                value.position,
                "\(text.quoted) can't be used; write an address and the length of its prefix, such as 10.77.0.100/24")
            return
        }
        if let host = hosts.first(where: { IPAddress($0.address) == network.address }) {
            report.error(
                value.position, "the VIP is the address of the host \(host.name); write one that no host has")
        }
        let isOther = { (host: Host) in IPAddress(host.address).map { $0.isIPv6 != network.address.isIPv6 } ?? false }
        if let host = proxies.first(where: isOther) {
            report.error(
                value.position,
                "the VIP and the address of \(host.name) are not both IPv4 or both IPv6; keepalived announces one kind over itself, so write addresses of one kind"
            )
        }
    }

    /// VRRP 3 counts in hundredths of a second, in 12 bits (RFC 5798, section 5.2.7); keepalived rounds what does not
    /// fit, and says so only in its log. It takes 1000 seconds for the delay.
    private mutating func checkIntervals(_ vip: Located) {
        if let interval = vip["advertisementInterval"], let text = interval.string,
            let length = DurationText.milliseconds(text), !(10...40_950).contains(length) || length % 10 != 0
        {
            report.error(
                interval.position,
                "advertisementInterval must be 10ms to 40950ms in steps of 10ms, not \(text.quoted); write 200ms")
        }
        if let delay = vip["preemptDelay"], let text = delay.string, let length = DurationText.milliseconds(text) {
            if length > 1_000_000 {
                report.error(delay.position, "preemptDelay must be at most 1000s, not \(text.quoted)")
            } else if length > 0, vip["preempt"]?.bool == false {
                report.error(delay.position, "preemptDelay says nothing where preempt is false; leave it out")
            }
        }
    }

    private mutating func checkPriorities(_ vip: Located, _ proxies: [Host]) {
        guard let gap = vip["priorityGap"], let number = gap.integer, proxies.count > 1 else { return }
        let most = (VIPSettings.highestPriority - 1) / (proxies.count - 1)
        if number > most {
            report.error(
                gap.position,
                "priorityGap \(number) leaves no priority for the last of \(proxies.count) proxy hosts; write at most \(most)"
            )
        }
    }
}

extension VIPSettings {
    /// A section that was held against its shape; nil where its address can't be used.
    init?(_ vip: Located) {
        guard let address = vip["address"]?.string.flatMap(NetworkAddress.init),
            let interface = vip["interface"]?.string,
            let router = vip["virtualRouterId"]?.integer
        else { return nil }
        self.init(
            address: address, interface: interface, virtualRouterID: router,
            isPreempting: vip["preempt"]?.bool ?? true, preemptDelay: vip.duration("preemptDelay") ?? .zero,
            advertisementInterval: vip.duration("advertisementInterval") ?? .milliseconds(200),
            isUnicast: vip["unicast"]?.bool ?? true, priorityGap: vip["priorityGap"]?.integer ?? 20,
            checkWeight: vip["checkWeight"]?.integer ?? 0)
    }
}
