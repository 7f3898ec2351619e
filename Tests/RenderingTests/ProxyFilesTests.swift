import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import Rendering
import TestSupport
import Testing

@Suite("The files of HAProxy and keepalived")
struct ProxyFilesTests {
    @Test("haproxy.cfg is the golden one, byte for byte", arguments: ProxyCase.all)
    func haproxyIsGolden(of example: ProxyCase) throws {
        try expectGolden("\(example.name).haproxy.cfg", example.haproxy())
    }

    @Test("keepalived.conf is the golden one, byte for byte", arguments: ProxyCase.all.filter { $0.vip != nil })
    func keepalivedIsGolden(of example: ProxyCase) throws {
        try expectGolden("\(example.name).keepalived.conf", example.keepalived())
    }

    @Test("Both versions of both programs take the files, without a warning", arguments: ProxyCase.all)
    func programsTakeThem(of example: ProxyCase) async throws {
        let scratch = try ScratchDirectory("proxy")
        try scratch.write(HAProxyServerState.empty, to: "state")
        try scratch.write(try example.haproxy(in: scratch), to: "haproxy.cfg")
        try scratch.write(try example.keepalived(in: scratch) ?? "", to: "keepalived.conf")
        let host = try #require(try example.manifest().hosts.first { $0.name == example.host })
        let answer = try await CheckedHost(address: host.address).run(
            "haproxy -c -dW -f \(scratch.path("haproxy.cfg"))",
            example.vip == nil ? "true" : "keepalived -t -f \(scratch.path("keepalived.conf"))")
        #expect(answer == "", "\(answer)")
    }

    @Test("Neither program takes a file with an error: the check does check")
    func checkChecks() async throws {
        let scratch = try ScratchDirectory("proxy")
        try scratch.write("global\n    nonsense\n", to: "haproxy.cfg")
        try scratch.write("vrrp_instance x {\n    priority 300\n}\n", to: "keepalived.conf")
        let host = CheckedHost(address: "10.77.0.14")
        #expect(try await host.run("haproxy -c -dW -f \(scratch.path("haproxy.cfg"))").contains("nonsense"))
        #expect(try await host.run("keepalived -t -f \(scratch.path("keepalived.conf"))").contains("300"))
    }

    @Test(
        "A password that a line can't hold is told, and every other one is taken",
        arguments: [
            ("", "is empty"), ("a\nb", "holds a line break"), ("a\u{0}b", "holds a line break"),
            (String(repeating: "x", count: 257), "has over 256 bytes"),
        ])
    func passwordProblem(password: String, problem: String) {
        #expect(HAProxyFile.problem(inPassword: password)?.hasPrefix(problem) == true)
        #expect(HAProxyFile.problem(inPassword: ProxyCase.hostilePassword) == nil)
        #expect(HAProxyFile.problem(inPassword: String(repeating: "'", count: 256)) == nil)
    }

    /// Compares with the file of that name. `WARREN_WRITE_GOLDEN=1` writes it instead, for a person to look at.
    private func expectGolden(_ name: String, _ text: String?) throws {
        let text = try #require(text)
        let url = ProxyCase.golden(name)
        if ProcessInfo.processInfo.environment["WARREN_WRITE_GOLDEN"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == text)
    }
}

extension ProxyCase {
    /// haproxy.cfg with the files of a package, or with those of a scratch directory.
    func haproxy(in scratch: ScratchDirectory? = nil) throws -> String {
        let manifest = try manifest()
        let host = try #require(manifest.hosts.first { $0.name == self.host })
        let layout = scratch.map {
            HAProxyFile.Layout(adminSocket: $0.path("admin.sock"), serverState: $0.path("state"))
        }
        return HAProxyFile.text(
            try #require(manifest.proxy), on: host, of: manifest, password: password,
            layout: layout ?? HAProxyFile.Layout())
    }

    /// keepalived.conf in the same way; nil without a VIP.
    func keepalived(in scratch: ScratchDirectory? = nil) throws -> String? {
        let manifest = try manifest()
        let host = try #require(manifest.hosts.first { $0.name == self.host })
        let layout = scratch.map { KeepalivedFile.Layout(healthFile: $0.path("health")) }
        return manifest.vip.map {
            KeepalivedFile.text($0, on: host, of: manifest, layout: layout ?? KeepalivedFile.Layout())
        }
    }
}
