import ClusterModel
import Providers
import Testing

/// What keeps a host from holding the virtual address, told before keepalived runs into it.
@Suite struct AddressCheckTests {
    private static let proxies = [
        Host(name: "lb1", address: "10.0.0.1", roles: [.proxy]),
        Host(name: "lb2", address: "10.0.0.2", roles: [.proxy]),
    ]

    /// - Parameter answers: hardware addresses by the last number of the address.
    private static func problem(
        interfaces: [String] = ["eth0", "lo"], _ answers: [UInt8: String] = [:], isLooking: Bool = true
    ) async throws -> String? {
        let vip = VIPSettings(
            address: try #require(NetworkAddress("10.0.0.100/24")), interface: "eth0", virtualRouterID: 51)
        return await AddressCheck(
            vip: vip, proxies: proxies, host: proxies[0], interfaces: { interfaces },
            hardware: { addresses in
                Dictionary(
                    uniqueKeysWithValues: addresses.compactMap { address in
                        answers[address.bytes[3]].map { (address, $0) }
                    })
            }
        ).problem(lookingForStrangers: isLooking)
    }

    @Test("An interface that the host has not is told, with those that it has")
    func interface() async throws {
        let problem = try #require(try await Self.problem(interfaces: ["ens3", "lo"]))
        #expect(problem == "this host has no interface eth0, which spec.vip.interface names; it has ens3")
        #expect(try await Self.problem(interfaces: ["lo"])?.hasSuffix("none but the loopback") == true)
    }

    @Test("A stranger that has the address is told by its network card")
    func stranger() async throws {
        let problem = try #require(try await Self.problem([100: "02:00:00:00:00:99", 2: "02:00:00:00:00:02"]))
        #expect(problem.contains("10.0.0.100 is in use already, by the network card 02:00:00:00:00:99"))
    }

    @Test("Another proxy host that has it, nobody, and a proxy host that does not answer, are no stranger")
    func nobody() async throws {
        #expect(try await Self.problem([100: "02:00:00:00:00:02", 2: "02:00:00:00:00:02"]) == nil)
        #expect(try await Self.problem([2: "02:00:00:00:00:02"]) == nil)
        #expect(try await Self.problem([100: "02:00:00:00:00:99"]) == nil)
        #expect(
            try await Self.problem([100: "02:00:00:00:00:99", 2: "02:00:00:00:00:02"], isLooking: false) == nil)
    }
}
