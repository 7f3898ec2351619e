import ClusterModel
import Foundation
import Testing

@testable import Lab

@Suite struct LabPlanTests {
    @Test("hosts, their addresses and their roles are those of the manifest, in its order")
    func hosts() throws {
        let plan = try LabManifest.plan()
        #expect(plan.hosts.map(\.name) == ["one", "two"])
        #expect(plan.hosts.map(\.address.description) == ["10.99.0.11", "10.99.0.12"])
        #expect(plan.hosts[0].roles == [.broker, .proxy])
        #expect(plan.network.description == "10.99.0.0/24")
        #expect(plan.interface == "eth0")
        #expect(plan.vip == nil)
    }

    @Test("the VIP says how large the network is and what its interface is called")
    func vip() throws {
        let vip = "  vip: { address: 10.99.1.200/23, interface: lan0, virtualRouterId: 7 }"
        let plan = try LabManifest.plan(LabManifest.text(hosts: ["one": "10.99.0.11"], more: vip))
        #expect(plan.network.description == "10.99.0.0/23")
        #expect(plan.interface == "lan0")
        #expect(plan.vip?.description == "10.99.1.200")
    }

    @Test("the client has the highest address that nobody else has")
    func client() throws {
        #expect(try LabManifest.plan().client.address.description == "10.99.0.254")
        let vip = "  vip: { address: 10.99.0.253/24, interface: eth0, virtualRouterId: 7 }"
        let taken = LabManifest.text(hosts: ["one": "10.99.0.254"], more: vip)
        #expect(try LabManifest.plan(taken).client.address.description == "10.99.0.252")
    }

    @Test("a lab that joins another one takes none of its addresses, and its client another one")
    func joined() throws {
        let vip = "  vip: { address: 10.99.0.253/24, interface: eth0, virtualRouterId: 7 }"
        let east = try LabManifest.plan(LabManifest.text(hosts: ["one": "10.99.0.11"], more: vip))
        func west(_ address: String) throws -> LabPlan {
            let manifest = try LabManifest.load(LabManifest.text(hosts: ["one": address]))
            return try LabPlan(name: LabName("west"), release: .twelve, manifest: manifest, joining: east)
        }
        let plan = try west("10.99.0.21")
        #expect(plan.joined == east.name)
        #expect(plan.client.address.description == "10.99.0.252")
        let calls = NetworkCommands(plan: plan).join(east.name)
        #expect(calls.allSatisfy { $0.arguments[0] == "-n" })
        #expect(Set(calls.map { $0.arguments[1] }) == ["warren-west", east.name.hub])
        for (address, words) in [
            ("10.99.0.11", "is in use in the lab"), ("10.99.0.253", "is in use in the lab"),
            ("10.98.0.21", "have one network"),
        ] {
            let failure = #expect(throws: LabFailure.self) { try west(address) }
            #expect("\(try #require(failure))".contains(words))
        }
    }

    @Test(
        "a manifest that no lab can boot is refused with the host and the reason",
        arguments: [
            (["one": "fd00::1"], "The address fd00::1 of one is not IPv4"),
            (["one": "10.99.0.1", "two": "10.98.0.2"], "two has the address 10.98.0.2, which is not in the network"),
            (["one": "127.0.0.1"], "one has the address 127.0.0.1, at which no other host can reach it"),
            (["one": "224.0.0.18"], "one has the address 224.0.0.18, at which no other host can reach it"),
            (["one": "10.99.0.0"], "one has the address 10.99.0.0, which is not in the network"),
            (["Client": "10.99.0.1"], "calls its own place in the network client"),
        ] as [(KeyValuePairs<String, String>, String)])
    func refusals(hosts: KeyValuePairs<String, String>, reason: String) throws {
        let manifest = try LabManifest.load(LabManifest.text(hosts: hosts))
        let name = try LabName("test")
        let failure = #expect(throws: LabFailure.self) {
            try LabPlan(name: name, release: .twelve, manifest: manifest)
        }
        #expect(failure?.description.contains(reason) == true, "\(String(describing: failure))")
    }

    @Test("a network without room for a client, and a VIP that is not IPv4, are refused")
    func networks() throws {
        let full = "  vip: { address: 10.99.0.2/30, interface: eth0, virtualRouterId: 7 }"
        var manifest = try LabManifest.load(LabManifest.text(hosts: ["one": "10.99.0.1"], more: full))
        let name = try LabName("test")
        func refusal() -> String {
            let failure = #expect(throws: LabFailure.self) {
                try LabPlan(name: name, release: .twelve, manifest: manifest)
            }
            return failure?.description ?? ""
        }
        #expect(refusal().contains("10.99.0.0/30 has no address left for a client"))
        manifest.vip?.address = try #require(NetworkAddress("fd00::9/64"))
        #expect(refusal().contains("The VIP fd00::9/64 is not IPv4"))
    }

    @Test("no name of one lab is a name of another, whatever the two and their hosts are called")
    func namesAreUnique() throws {
        let first = try LabManifest.plan(LabManifest.text(hosts: ["b-c": "10.99.0.1", "c": "10.99.0.2"]), name: "a")
        let second = try LabManifest.plan(LabManifest.text(hosts: ["c": "10.99.0.1"]), name: "a-b")
        func names(_ plan: LabPlan) -> [String] {
            [plan.name.hub, plan.client.namespace] + plan.hosts.map(\.port.namespace)
        }
        #expect(Set(names(first) + names(second)).count == names(first).count + names(second).count)
        for name in names(first) {
            #expect(first.name.owns(namespace: name))
            #expect(!second.name.owns(namespace: name))
        }
        #expect(Set((first.hosts + second.hosts).map(\.machine)).count == 3)
        #expect(
            first.hosts.allSatisfy { first.name.owns(machine: $0.machine) && !second.name.owns(machine: $0.machine) })
        #expect(!first.name.owns(machine: second.hosts[0].machine))
    }

    @Test("interfaces have names of at most fifteen letters, and machines of at most sixty-four")
    func lengths() throws {
        let long = String(repeating: "a", count: 63) + "." + String(repeating: "b", count: 63)
        let plan = try LabManifest.plan(LabManifest.text(hosts: [long: "10.99.0.1"]), name: "abcdefghijklmnopqrst")
        #expect(plan.hosts[0].port.link.count <= 15)
        #expect(plan.hosts[0].machine.count <= 64)
    }

    @Test("a plan survives being written down")
    func isCodable() throws {
        let plan = try LabManifest.plan()
        #expect(try JSONDecoder().decode(LabPlan.self, from: JSONEncoder().encode(plan)) == plan)
    }
}
