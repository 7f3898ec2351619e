import Testing

@testable import Lab

@Suite struct LabNameTests {
    @Test("letters, digits and - make a name", arguments: ["a", "orders", "t-1-2", "0", "abcdefghijklmnopqrst"])
    func good(name: String) throws { #expect(try LabName(name).description == name) }

    @Test(
        "what could leave the lab's directory, or be too long, makes none",
        arguments: ["", "-a", "A", "a/b", "..", "a.b", "a b", "ä", "abcdefghijklmnopqrstu", "a\n"])
    func bad(name: String) { #expect(throws: LabFailure.self) { try LabName(name) } }

    @Test("a cluster's name gives a lab's name, whatever letters it has")
    func cluster() {
        #expect(LabName(cluster: "orders").description == "orders")
        #expect(LabName(cluster: "Orders of Berlin/2").description == "orders-of-berlin-2")
        #expect(LabName(cluster: "--").description == "lab")
        #expect(LabName(cluster: "rabbit@some-long-host-name").description == "rabbit-some-long-hos")
    }
}

@Suite struct AddressTests {
    @Test("an address is four plain numbers", arguments: ["0.0.0.0", "10.77.0.11", "255.255.255.255"])
    func good(text: String) { #expect(IPv4Address(text)?.description == text) }

    @Test(
        "anything else is none", arguments: ["", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.1.2", "+1.0.0.0", "::1"])
    func bad(text: String) { #expect(IPv4Address(text) == nil) }

    @Test("a network is told by any of its members", arguments: [1, 8, 23, 24, 30, 31, 32])
    func networks(prefix: Int) throws {
        let member = try #require(IPv4Address("10.77.1.100"))
        let network = try #require(IPv4Network(of: member, prefix: prefix))
        #expect(IPv4Network("10.77.1.100/\(prefix)") == network)
        #expect(network.first <= member && member <= network.last)
        #expect(!network.hasRoom(for: network.first) && !network.hasRoom(for: network.last))
    }

    @Test(
        "a prefix of no bits, or of more than 32, makes no network",
        arguments: ["10.0.0.1/33", "10.0.0.1/0", "10.0.0.1/-1", "10.0.0.1", "10.0.0.1/"])
    func noNetworks(text: String) { #expect(IPv4Network(text) == nil) }
}
