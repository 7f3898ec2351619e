import ClusterModel

/// The bytes of haproxy.cfg on one proxy host, for HAProxy 2.6, 3.0 and 3.2.
///
/// The loader has refused whatever HAProxy's grammar can't hold, but for the password, which it never sees:
/// `problem(inPassword:)` tells that.
public enum HAProxyFile {
    /// The files and the account that HAProxy uses, as Debian's package has them.
    public struct Layout: Hashable, Sendable {
        /// The socket of the runtime API.
        public var adminSocket: String
        /// What `HAProxyServerState` is written to before a reload; it must exist, and may be empty.
        public var serverState: String
        /// The folder that the process locks itself into; nil where it does not.
        public var jail: String?
        /// The user, of whom there is a group too, that the process becomes; nil where it stays what it is.
        public var account: String?

        public init(
            adminSocket: String = "/run/haproxy/admin.sock", serverState: String = "/var/lib/warren/haproxy.state",
            jail: String? = "/var/lib/haproxy", account: String? = "haproxy"
        ) {
            self.adminSocket = adminSocket
            self.serverState = serverState
            self.jail = jail
            self.account = account
        }
    }

    /// The section of the page of statistics; no listener has this name.
    public static let statsSection = "warren-stats"

    /// The whole file. `password` is the resolved one of the page of statistics, and stands in the file as it is:
    /// whoever writes the file gives it to nobody but root and HAProxy.
    public static func text(
        _ proxy: ProxySettings, on host: Host, of manifest: ClusterManifest, password: String?,
        layout: Layout = Layout()
    ) -> String {
        let usesIPv6 = (manifest.hosts.compactMap { IPAddress($0.address) } + [manifest.vip?.address.address])
            .contains { $0?.isIPv6 == true }
        let bind = usesIPv6 ? "bind :::PORT v4v6" : "bind *:PORT"
        var sections = [global(proxy, layout), defaults(proxy.timeouts)]
        sections += proxy.listeners.map { section(of: $0, bind, manifest) }
        if let stats = proxy.stats { sections.append(section(of: stats, bind, host, password)) }
        let name = manifest.name.printable
        return "# Written by Warren from the manifest of \(name). Change the manifest, not this file.\n\n"
            + sections.map(\.text).joined(separator: "\n")
    }

    private static func global(_ proxy: ProxySettings, _ layout: Layout) -> Section {
        var section = Section("global")
        // To the journal, or to whatever started it; short carries the severity as the journal reads it.
        section.add("log stdout format short daemon")
        if let jail = layout.jail { section.add("chroot \(jail.haproxyWord)") }
        if let account = layout.account { section.add("user \(account)", "group \(account)") }
        section.add(
            "maxconn \(proxy.maxConnections)",
            "stats socket \(layout.adminSocket.haproxyWord) mode 660 level admin expose-fd listeners",
            "server-state-file \(layout.serverState.haproxyWord)",
            // A connection of AMQP lives for days, and an old process as long as its last one.
            "hard-stop-after \(proxy.timeouts.afterReload.haproxyText)", "mworker-max-reloads 10", "spread-checks 5")
        return section
    }

    private static func defaults(_ timeouts: ProxySettings.Timeouts) -> Section {
        var section = Section("defaults")
        section.add(
            "log global", "mode tcp", "option tcplog", "option dontlognull", "option redispatch", "retries 3",
            "timeout connect \(timeouts.connect.haproxyText)", "timeout client \(timeouts.client.haproxyText)",
            "timeout server \(timeouts.server.haproxyText)")
        // What is left of a connection of which one side has gone. No `timeout tunnel`: it would take the place of the
        // two above.
        section.add("timeout client-fin 30s", "timeout server-fin 30s", "timeout check 2s")
        // A peer that vanished without a word is found out in two minutes, whatever the two timeouts say.
        for side in ["cli", "srv"] {
            section.add(
                "option \(side)tcpka", "\(side)tcpka-idle 60s", "\(side)tcpka-intvl 10s", "\(side)tcpka-cnt 6")
        }
        section.add("load-server-state-from-file global")
        return section
    }

    private static func section(
        of listener: ProxySettings.Listener, _ bind: String, _ manifest: ClusterManifest
    ) -> Section {
        var section = Section("listen \(listener.name)")
        section.add(bind.replacing("PORT", with: "\(listener.port)"), "balance \(listener.balance.rawValue)")
        section.add(check(listener.check, manifest))
        // Without the last word, sessions stay on a broker that hangs until their own timeout.
        section.add(
            "default-server check inter 2s fastinter 500ms downinter 1s fall 2 rise 2 on-marked-down shutdown-sessions")
        for (index, broker) in manifest.brokers.enumerated() {
            section.add(server(broker, isFirst: index == 0, listener, manifest.status))
        }
        // Of several that are `backup`, HAProxy uses the first that is up.
        for standby in listener.standby {
            section.add("server \(standby.name) \(authority(standby.address)):\(standby.port) backup")
        }
        return section
    }

    private static func check(_ check: ProxySettings.Listener.Check, _ manifest: ClusterManifest) -> [String] {
        switch check {
        case .tcp: return []
        case .amqp, .agent:
            // The header of AMQP 0-9-1; a broker that lives answers with Connection.Start, class 10 and method 10.
            return [
                "option tcp-check", "tcp-check connect", "tcp-check send-binary 414d515000000901",
                "tcp-check expect binary 000a000a",
            ]
        case .http:
            // A page that needs no account. Any answer but a failure of the server shows that it works.
            let prefix = manifest.broker.configValue("management.path_prefix") ?? ""
            return ["option httpchk GET \((prefix + "/").haproxyWord)", "http-check expect rstatus ^[234]"]
        }
    }

    private static func authority(_ address: String) -> String { address.contains(":") ? "[\(address)]" : address }

    private static func server(
        _ broker: Host, isFirst: Bool, _ listener: ProxySettings.Listener, _ status: StatusSettings
    ) -> String {
        var words = "server \(broker.name) \(authority(broker.address)):\(listener.backendPort)"
        if listener.check == .agent {
            words += " agent-check agent-addr \(broker.address) agent-port \(status.agentCheckPort) agent-inter 1s"
        }
        if listener.pattern == .activeStandby {
            // Fail back by rule: as soon as the first broker is well, everybody is on it again.
            words += isFirst ? " on-marked-up shutdown-backup-sessions" : " backup"
        }
        return words
    }

    private static func section(
        of stats: ProxySettings.Stats, _ bind: String, _ host: Host, _ password: String?
    ) -> Section {
        var section = Section("listen \(statsSection)")
        section.add(
            bind.replacing("PORT", with: "\(stats.port)"), "mode http", "option httplog", "timeout client 30s",
            "timeout server 30s", "timeout http-request 10s", "stats enable", "stats uri \(stats.path.haproxyWord)",
            "stats refresh 10s", "stats hide-version", "stats show-node \(host.name)")
        if let user = stats.user {
            section.add("stats auth \("\(user):\(password ?? "")".haproxyWord)")
        }
        return section
    }

    /// What keeps a password from standing in haproxy.cfg, as the end of a sentence about it; nil for one that can.
    ///
    /// A line of the file holds up to 2048 bytes, and a control character has no place in one (HAProxy's Configuration
    /// Manual, section 2.2).
    public static func problem(inPassword password: String) -> String? {
        if password.isEmpty { return "is empty" }
        if password.utf8.count > 256 { return "has over 256 bytes" }
        if password.printable != password { return "holds a line break or another character that can't be seen" }
        return nil
    }
}

/// A section of the file: its first line and those that belong to it.
private struct Section {
    private(set) var text: String

    init(_ head: String) { text = head + "\n" }

    mutating func add(_ lines: [String]) { for line in lines { text += "    \(line)\n" } }
    mutating func add(_ lines: String...) { add(lines) }
}

extension String {
    /// The text as one word of haproxy.cfg: as it is where it is plain, otherwise in single quotes, within which nothing
    /// is interpreted, and every single quote outside of them (HAProxy's Configuration Manual, section 2.2).
    fileprivate var haproxyWord: String {
        let isPlain = !isEmpty && utf8.allSatisfy { $0.isLetterOrDigit || "/-_.:~%".utf8.contains($0) }
        return isPlain ? self : "'\(replacing("'", with: "'\\''"))'"
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool { (0x30...0x39).contains(self) || (0x41...0x5A).contains(self & 0xDF) }
}

extension Duration {
    /// A number and the largest unit of HAProxy that needs no fraction.
    fileprivate var haproxyText: String {
        for (name, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds % length == 0 && milliseconds > 0 {
            return "\(milliseconds / length)\(name)"
        }
        return "\(milliseconds)ms"
    }
}
