import ClusterModel

extension ManifestChecks {
    /// The hosts with names, addresses and roles that can be used.
    mutating func checkHosts(_ list: Located?) -> [Host] {
        guard let list else { return [] }
        var names: [String: SourcePosition] = [:]
        var addresses: [String: SourcePosition] = [:]
        var hosts: [Host] = []
        for entry in list.elements {
            if let name = entry["name"] {
                checkGrammar(name, "a host name is letters, digits and - between dots", Grammar.isHostName)
                checkUnique(name, "the host", &names)
            }
            if let address = entry["address"] {
                checkGrammar(address, "write an IPv4 or IPv6 address", Grammar.isAddress)
                checkUnique(address, "the address", &addresses)
            }
            if let roles = entry["roles"], roles.elements.isEmpty, !broken.contains(entry.position) {
                report.error(roles.position, "roles is empty; write broker, proxy or both")
            }
            if let type = entry["nodeType"], type.string == "ram", let version, version >= BrokerVersion(4, 0) {
                report.error(
                    type.position, "RabbitMQ \(version) has no RAM nodes any more; write disc, or leave nodeType out")
            }
            guard let name = entry["name"]?.string, let address = entry["address"]?.string else { continue }
            hosts.append(
                Host(
                    name: name, address: address,
                    roles: Set((entry["roles"]?.strings ?? []).compactMap(Host.Role.init)),
                    nodeType: entry["nodeType"]?.string.flatMap(Host.NodeType.init) ?? .disc))
        }
        let isWhole = !list.elements.contains { broken.contains($0.position) }
        if isWhole, isComplete, !hosts.contains(where: { $0.roles.contains(.broker) }) {
            report.error(list.position, "no host has the role broker; a cluster needs at least one")
        }
        return hosts
    }

    mutating func checkGrammar(_ value: Located, _ instead: String, _ holds: (String) -> Bool) {
        guard let text = value.string, !holds(text) else { return }
        report.error(value.position, "\(text.quoted) can't be used; \(instead)")
    }

    mutating func checkUnique(_ value: Located, _ what: String, _ seen: inout [String: SourcePosition]) {
        guard let text = value.string else { return }
        guard let first = seen[text.lowercased()] else {
            seen[text.lowercased()] = value.position
            return
        }
        report.error(value.position, "\(what) \(text.quoted) is there twice; it was written first at \(first)")
    }

    mutating func checkProxy(_ proxy: Located?, _ hosts: [Host]) {
        guard let proxy else { return }
        if !hosts.isEmpty, isComplete, !hosts.contains(where: { $0.roles.contains(.proxy) }) {
            report.error(proxy.position, "no host has the role proxy; add it to the roles of one, or leave proxy out")
        }
        var names: [String: SourcePosition] = [:]
        var ports: [Int: SourcePosition] = [:]
        let stats = proxy["stats"].map { [$0] } ?? []
        for listener in (proxy["listeners"]?.elements ?? []) + stats {
            if let name = listener["name"] {
                checkGrammar(name, "write letters, digits, -, _ and .", Grammar.isPlainName)
                checkUnique(name, "the listener", &names)
            }
            guard let port = listener["port"], let number = port.integer, !broken.contains(listener.position) else {
                continue
            }
            if let first = ports.updateValue(port.position, forKey: number) {
                report.error(port.position, "port \(number) is taken; it was written first at \(first)")
            }
        }
        if let path = proxy[["stats", "path"]] {
            checkGrammar(path, "write a path that starts with / and holds no blanks", Grammar.isURLPath)
        }
        if let user = proxy[["stats", "user"]] {
            checkGrammar(user, "write letters, digits, -, _ and .", Grammar.isPlainName)
            if proxy[["stats", "password"]] == nil {
                report.error(user.position, "a user needs a password beside it; write password: { fromFile: PATH }")
            }
        }
    }

    mutating func checkVIP(_ vip: Located?, _ hosts: [Host]) {
        guard let vip else { return }
        if !hosts.isEmpty, isComplete, !hosts.contains(where: { $0.roles.contains(.proxy) }) {
            report.error(
                vip.position, "no host has the role proxy to hold the VIP; add it to the roles of one, or leave vip out"
            )
        }
        if let address = vip["address"] {
            checkGrammar(
                address, "write an address and the length of its prefix, such as 10.77.0.100/24",
                Grammar.isAddressWithPrefix)
            let bare = address.string.flatMap { $0.split(separator: "/").first.map(String.init) }
            if address.string.map(Grammar.isAddressWithPrefix) == true,
                let host = hosts.first(where: { $0.address == bare })
            {
                report.error(
                    address.position, "the VIP is the address of the host \(host.name); write one that no host has")
            }
        }
        if let interface = vip["interface"] {
            checkGrammar(interface, "write the name of a network interface, such as eth0", Grammar.isInterface)
        }
    }
}
