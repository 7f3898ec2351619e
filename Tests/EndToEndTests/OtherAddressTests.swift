import ClusterModel
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// Another virtual address in the manifest, which somebody else has at first.
    @Suite(.serialized) struct OtherAddress {
        private static let other = "10.77.0.101"

        @Test(
            "an interface that is absent and an address that a stranger has are told, and the old address stays", .long)
        func refused() async throws {
            let hosts = try await SharedHosts.converged()
            let good = try await hosts.lab.output("lb1", "cat", HostManifest.path)
            let absent = good.replacing("interface: eth0", with: "interface: eth9")
            try await Manifests.write(absent, on: "lb2", hosts)
            try await Self.awaitBlocked("lb2", "has no interface eth9", hosts)

            try await hosts.lab.output("mq3", "ip", "address", "add", Self.other + "/24", "dev", "eth0")
            let changed = good.replacing("address: \(FiveHosts.vip)/24", with: "address: \(Self.other)/24")
            #expect(changed != good)
            for host in FiveHosts.proxies { try await Manifests.write(changed, on: host, hosts) }
            for host in FiveHosts.proxies {
                try await Self.awaitBlocked(host, "\(Self.other) is in use already, by the network card", hosts)
            }
            #expect(try await hosts.holders() == ["lb1"])

            // The stranger goes, and the address is held by one.
            try await hosts.lab.output("mq3", "ip", "address", "del", Self.other + "/24", "dev", "eth0")
            try await hosts.lab.waitUntil("lb1 alone has the other address", within: .seconds(120)) {
                let (old, new) = (try await hosts.holders(), try await Self.holders(hosts))
                return old.isEmpty && new == ["lb1"]
            }
            for host in FiveHosts.proxies { try await Manifests.write(good, on: host, hosts) }
            try await hosts.awaitConverged()
        }

        private static func awaitBlocked(_ host: String, _ words: String, _ hosts: FiveHosts) async throws {
            try await hosts.lab.waitUntil("\(host) says: \(words)", within: .seconds(60)) {
                try await hosts.snapshot(host)?.blocked.contains {
                    $0.guard == "address" && $0.reason.contains(words)
                } == true
            }
        }

        private static func holders(_ hosts: FiveHosts) async throws -> [String] {
            var holders: [String] = []
            for host in FiveHosts.proxies {
                let run = try await hosts.lab.exec(host, ["ip", "-4", "-oneline", "address", "show", "to", other])
                if !run.output.isEmpty { holders.append(host) }
            }
            return holders
        }
    }
}
