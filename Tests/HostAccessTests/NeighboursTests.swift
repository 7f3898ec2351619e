import ClusterModel
import Testing

@testable import HostAccess

@Suite struct NeighboursTests {
    @Test("Of the kernel's table, complete entries count")
    func table() throws {
        let text = """
            IP address       HW type     Flags       HW address            Mask     Device
            10.77.0.100      0x1         0x2         02:57:00:00:00:01     *        eth0
            10.77.0.14       0x1         0x0         00:00:00:00:00:00     *        eth0
            10.77.0.15       0x1         0x6         02:57:00:00:00:02     *        eth0
            nonsense
            """
        let found = Neighbours.table(text)
        #expect(found.count == 2)
        #expect(found[try #require(IPAddress("10.77.0.100"))] == "02:57:00:00:00:01")
        #expect(found[try #require(IPAddress("10.77.0.15"))] == "02:57:00:00:00:02")
    }

    @Test("Nobody answers for an address of a documentation network")
    func nobody() async throws {
        let address = try #require(IPAddress("192.0.2.77"))
        #expect(await Neighbours.hardware(of: [address], within: .milliseconds(50)).isEmpty)
    }
}
