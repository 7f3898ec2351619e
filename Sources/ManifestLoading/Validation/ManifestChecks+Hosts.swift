import ClusterModel

extension ManifestChecks {
    /// The hosts with names, addresses and roles that can be used.
    mutating func checkHosts(_ list: Located?) -> [Host] {
        guard let list else { return [] }
        var names: [String: SourcePosition] = [:]
        var addresses: [IPAddress: SourcePosition] = [:]
        var hosts: [Host] = []
        for entry in list.elements {
            if let name = entry["name"] {
                checkGrammar(name, "a host name is letters, digits and - between dots", Grammar.isHostName)
                checkUnique(name, "the host", &names)
            }
            if let address = entry["address"] {
                checkGrammar(address, "write an IPv4 or IPv6 address", Grammar.isAddress)
                checkUnique(address, &addresses)
            }
            if let roles = entry["roles"], roles.elements.isEmpty, !broken.contains(entry.position) {
                report.error(roles.position, "roles is empty; write broker, proxy or both")
            }
            if let type = entry["nodeType"], type.string == "ram", let version, version >= BrokerVersion(4, 0) {
                report.error(
                    type.position, "RabbitMQ \(version) has no RAM nodes any more; write disc, or leave nodeType out")
            }
            guard let name = entry["name"]?.string, let address = entry["address"]?.string else { continue }
            rolePositions[name] = entry["roles"]?.position
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

    /// Two spellings of one IPv6 address are one address.
    private mutating func checkUnique(_ value: Located, _ seen: inout [IPAddress: SourcePosition]) {
        guard let text = value.string, let address = IPAddress(text) else { return }
        guard let first = seen[address] else {
            seen[address] = value.position
            return
        }
        report.error(value.position, "the address \(text.quoted) is there twice; it was written first at \(first)")
    }
}
