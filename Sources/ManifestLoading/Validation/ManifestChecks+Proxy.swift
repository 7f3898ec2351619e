import ClusterModel

extension ManifestChecks {
    /// What HAProxy does; nil where the manifest has no proxy or a part of it could not be read.
    mutating func checkProxy(_ proxy: Located?, _ hosts: [Host], _ ports: OwnPorts) -> ProxySettings? {
        guard let proxy else {
            tellProxiesWithoutSection(hosts)
            return nil
        }
        if !hosts.isEmpty, isComplete, !hosts.contains(where: { $0.roles.contains(.proxy) }) {
            report.error(proxy.position, "no host has the role proxy; add it to the roles of one, or leave proxy out")
        }
        if let listeners = proxy["listeners"], listeners.elements.isEmpty, !broken.contains(proxy.position) {
            report.error(listeners.position, "listeners is empty; write what clients connect to")
        }
        checkNames(proxy["listeners"])
        for listener in proxy["listeners"]?.elements ?? [] { checkStandby(listener["standby"], hosts) }
        checkPorts(proxy, hosts, ports)
        checkStats(proxy["stats"])
        checkTimeouts(proxy["timeouts"])
        return broken.contains(proxy.position) ? nil : ProxySettings(proxy)
    }

    private mutating func tellProxiesWithoutSection(_ hosts: [Host]) {
        guard isComplete, let host = hosts.first(where: { $0.roles.contains(.proxy) }),
            let position = rolePositions[host.name]
        else { return }
        report.error(
            position,
            "\(host.name) has the role proxy, but spec.proxy is missing; write what it listens on, or leave the role out"
        )
    }

    private mutating func checkNames(_ listeners: Located?) {
        var names: [String: SourcePosition] = [:]
        for name in (listeners?.elements ?? []).compactMap({ $0["name"] }) {
            checkGrammar(name, "write letters, digits, -, _ and .", Grammar.isPlainName)
            checkUnique(name, "the listener", &names)
            if let text = name.string, Grammar.haproxyNames.contains(text.lowercased()) {
                report.error(
                    name.position, "\(text.quoted) is a name of HAProxy itself or of Warren; write another one")
            }
        }
    }

    /// A broker of the manifest's own is no standby of itself, and HAProxy wants each name once.
    private mutating func checkStandby(_ list: Located?, _ hosts: [Host]) {
        var names: [String: SourcePosition] = [:]
        for entry in list?.elements ?? [] {
            if let name = entry["name"] {
                checkGrammar(name, "write letters, digits, -, _ and .", Grammar.isPlainName)
                checkUnique(name, "the standby server", &names)
                if let text = name.string, hosts.contains(where: { $0.name == text }) {
                    report.error(name.position, "\(text.quoted) is a host of this manifest; write another name")
                }
            }
            guard let address = entry["address"] else { continue }
            checkGrammar(address, "write an IPv4 or IPv6 address", Grammar.isAddress)
            let brokers = hosts.filter { $0.roles.contains(.broker) }
            if let own = brokers.first(where: { IPAddress($0.address) == address.string.flatMap { IPAddress($0) } }) {
                report.error(
                    address.position,
                    "\(own.name) has this address, and serves already; write a broker of another cluster")
            }
        }
    }

    /// A port serves one thing: a listener, the page, the agent, or on a host of both roles the broker.
    private mutating func checkPorts(_ proxy: Located, _ hosts: [Host], _ own: OwnPorts) {
        var taken = own.ofAgent
        let shared = hosts.first { $0.roles.isSuperset(of: [.broker, .proxy]) }
        for entry in (proxy["listeners"]?.elements ?? []) + (proxy["stats"].map { [$0] } ?? []) {
            guard let port = entry["port"], let number = port.integer, !broken.contains(entry.position) else {
                continue
            }
            if let reason = taken[number] {
                report.error(port.position, "port \(number) is taken; \(reason)")
                continue
            }
            taken[number] = "it was written first at \(port.position)"
            if let shared, let user = own.ofBroker[number] {
                report.error(
                    port.position,
                    "\(shared.name) is broker and proxy, and \(user) has port \(number) there; \(OwnPorts.remedy(user))"
                )
            }
        }
    }

    private mutating func checkStats(_ stats: Located?) {
        guard let stats else { return }
        if let path = stats["path"] {
            checkGrammar(path, "write a path that starts with / and holds no blanks", Grammar.isURLPath)
        }
        if let user = stats["user"] {
            checkGrammar(user, "write letters, digits, -, _ and .", Grammar.isPlainName)
            if stats["password"] == nil, !broken.contains(stats.position) {
                report.error(user.position, "a user needs a password beside it; write password: { fromFile: PATH }")
            }
        } else if let password = stats["password"], !broken.contains(stats.position) {
            report.error(password.position, "a password needs a user beside it; write user: admin")
        }
        if let password = stats["password"], let text = password.string, text.printable != text {
            report.error(
                password.position, "password holds a line break or a control character, which haproxy.cfg can't hold")
        }
    }

    /// HAProxy counts in milliseconds, in 31 bits; nothing would be without end.
    private mutating func checkTimeouts(_ timeouts: Located?) {
        for member in timeouts?.members ?? [] {
            guard let text = member.value.string, let length = DurationText.milliseconds(text) else { continue }
            if length == 0 {
                report.error(member.value.position, "\(member.name) is 0; write a time, such as 5s")
            } else if length > Int32.max {
                report.error(
                    member.value.position, "\(member.name) is over 24 days, which HAProxy can't count; write less")
            }
        }
    }
}

extension ProxySettings {
    /// A section that was held against its shape.
    init?(_ proxy: Located) {
        let listeners = (proxy["listeners"]?.elements ?? []).compactMap(Listener.init)
        let timeouts = proxy["timeouts"]
        let standard = Timeouts()
        self.init(
            listeners: listeners, stats: proxy["stats"].flatMap(Stats.init),
            timeouts: Timeouts(
                connect: timeouts?.duration("connect") ?? standard.connect,
                client: timeouts?.duration("client") ?? standard.client,
                server: timeouts?.duration("server") ?? standard.server,
                afterReload: timeouts?.duration("afterReload") ?? standard.afterReload),
            maxConnections: proxy["maxConnections"]?.integer ?? 4096)
    }
}

extension ProxySettings.Listener {
    fileprivate init?(_ entry: Located) {
        guard let name = entry["name"]?.string, let port = entry["port"]?.integer,
            let backendPort = entry["backendPort"]?.integer,
            let pattern = entry["pattern"]?.string.flatMap(Pattern.init),
            let balance = entry["balance"]?.string.flatMap(Balance.init),
            let check = entry["check"]?.string.flatMap(Check.init)
        else { return nil }
        self.init(
            name: name, port: port, backendPort: backendPort, pattern: pattern, balance: balance, check: check,
            standby: (entry["standby"]?.elements ?? []).compactMap { standby in
                guard let name = standby["name"]?.string, let address = standby["address"]?.string,
                    let port = standby["port"]?.integer
                else { return nil }
                return Standby(name: name, address: address, port: port)
            })
    }
}

extension ProxySettings.Stats {
    fileprivate init?(_ entry: Located) {
        guard let port = entry["port"]?.integer, let path = entry["path"]?.string else { return nil }
        self.init(port: port, path: path, user: entry["user"]?.string, password: entry["password"]?.json)
    }
}

extension Located {
    /// The duration that a member spells.
    func duration(_ name: String) -> Duration? {
        self[name]?.string.flatMap(DurationText.milliseconds).map { .milliseconds($0) }
    }
}
