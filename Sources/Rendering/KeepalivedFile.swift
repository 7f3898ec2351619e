import ClusterModel

/// The bytes of keepalived.conf on one proxy host, for keepalived 2.2.7 and 2.3.3.
///
/// The health of the local HAProxy comes from a file that the agent writes: 0 while it works, 1 while it does not.
/// keepalived watches the file and starts no process for it. Its own `track_process` would need no agent, but the kernel
/// tells of processes only in the first network namespace: in any other one the VIP would never be held.
public enum KeepalivedFile {
    /// The files that keepalived uses.
    public struct Layout: Hashable, Sendable {
        /// What the agent writes the health of HAProxy to. Its folder must exist before keepalived reads this file.
        public var healthFile: String

        public init(healthFile: String = "/run/warren/haproxy.health") { self.healthFile = healthFile }
    }

    /// The name of the one instance; a change of it would need a restart of keepalived.
    public static let instance = "warren_vip"

    /// The whole file.
    public static func text(
        _ vip: VIPSettings, on host: Host, of manifest: ClusterManifest, layout: Layout = Layout()
    ) -> String {
        var file = Blocks()
        file.line("# Written by Warren from the manifest of \(manifest.name.printable).")
        file.line("# Change the manifest, not this file.")
        file.line("")
        file.block("global_defs") { globals(of: host, &$0) }
        file.line("")
        file.block("track_file warren_haproxy") { block in
            block.line("file \"\(layout.healthFile)\"")
            block.line("weight \(vip.checkWeight == 0 ? "0" : "-\(vip.checkWeight)")")
            block.line("init_file 0")
        }
        file.line("")
        file.block("vrrp_instance \(instance)") { block in
            election(vip, host, manifest, &block)
            network(vip, host, manifest.proxies.filter { $0 != host }, &block)
            block.block("track_file") { $0.line("warren_haproxy") }
            block.block("virtual_ipaddress") { $0.line("\(vip.address) dev \(vip.interface)") }
        }
        return file.text
    }

    private static func globals(of host: Host, _ block: inout Blocks) {
        block.line("router_id \(host.name)")
        // Intervals below a second exist since version 3 (RFC 5798, section 5.2.7).
        block.line("vrrp_version 3")
        // An interface that comes later than keepalived is waited for.
        block.line("dynamic_interfaces")
        // A file that does not parse leaves the one in force; without this it ends keepalived, and the VIP stays behind.
        block.line("reload_check_config")
        // Nothing here runs a script; should one be added, nobody but root may have been able to change it.
        block.line("enable_script_security")
        block.line("script_user nobody")
        // With intervals below a second, a busy machine must not make the holder late.
        block.line("vrrp_priority -20")
        // Switches and hosts that missed the first announcement, or heard a second holder, learn of this one again.
        block.line("vrrp_garp_master_refresh 60")
        block.line("vrrp_garp_lower_prio_repeat 3")
        block.line("vrrp_higher_prio_send_advert true")
    }

    private static func election(
        _ vip: VIPSettings, _ host: Host, _ manifest: ClusterManifest, _ block: inout Blocks
    ) {
        let index = manifest.proxies.firstIndex(of: host) ?? manifest.proxies.count
        // BACKUP everywhere: the two kinds of patience below work from no other state.
        block.line("state BACKUP")
        block.line("interface \(vip.interface)")
        block.line("virtual_router_id \(vip.virtualRouterID)")
        block.line("priority \(vip.priority(at: index))")
        block.line("advert_int \(vip.advertisementInterval.seconds)")
        if !vip.isPreempting {
            block.line("nopreempt")
        } else if vip.preemptDelay > .zero {
            block.line("preempt_delay \(vip.preemptDelay.seconds)")
        }
    }

    private static func network(_ vip: VIPSettings, _ host: Host, _ peers: [Host], _ block: inout Blocks) {
        block.line("track_src_ip")
        // Without a peer, unicast is no election at all, and this host would never hold the VIP.
        guard vip.isUnicast, !peers.isEmpty else {
            block.line("mcast_src_ip \(host.address)")
            return
        }
        block.line("unicast_src_ip \(host.address)")
        block.block("unicast_peer") { for peer in peers { $0.line(peer.address) } }
        block.line("check_unicast_src")
        block.line("unicast_fault_no_peer")
    }
}

/// Lines and blocks in braces, each block indented by one step more.
private struct Blocks {
    private(set) var text = ""
    private var depth = 0

    mutating func line(_ line: String) {
        text += line.isEmpty ? "\n" : String(repeating: "    ", count: depth) + line + "\n"
    }

    mutating func block(_ head: String, _ body: (inout Blocks) -> Void) {
        line("\(head) {")
        depth += 1
        body(&self)
        depth -= 1
        line("}")
    }
}

extension Duration {
    /// Seconds as a decimal number without needless zeros: `0.2`.
    fileprivate var seconds: String {
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        let digits = fraction.reversed().drop { $0 == "0" }.reversed()
        return "\(milliseconds / 1000)" + (digits.isEmpty ? "" : "." + String(digits))
    }
}
