import ClusterModel
import Foundation
import HostAccess
import Lab
import TestSupport

/// Three brokers and two proxies that Warren's own package makes a cluster of: the contract's manifest on real hosts.
struct FiveHosts: Sendable {
    static let brokers = ["mq1", "mq2", "mq3"]
    static let proxies = ["lb1", "lb2"]
    static let all = brokers + proxies
    static let vip = "10.77.0.100"

    let lab: TestLab

    /// Boots them with the package installed and the agents started.
    static func up(debian: DebianRelease = .twelve, manifest: String = "manifests/lab.yaml") async throws -> FiveHosts {
        FiveHosts(lab: try await TestLab.up(manifest: manifest, debian: debian, packages: [BuiltPackage.path.get()]))
    }

    func snapshot(_ host: String) async throws -> HostSnapshot? { try await lab.snapshot(host) }

    /// Waits until every one of the hosts is as the manifest says and the address is held exactly once.
    func awaitConverged(_ hosts: [String] = FiveHosts.all, within deadline: Duration = .seconds(240)) async throws {
        do {
            try await lab.waitUntil("\(hosts.joined(separator: ", ")) converge", within: deadline) {
                for host in hosts {
                    guard let snapshot = try await snapshot(host), isConverged(snapshot) else { return false }
                }
                return try await holders().count == 1
            }
        } catch {
            var states: [String] = []
            for host in hosts { states.append(try await words(host)) }
            throw TestFailure("\(error)\n" + states.joined(separator: "\n"))
        }
    }

    private func isConverged(_ snapshot: HostSnapshot) -> Bool {
        guard snapshot.lastRun?.result == "converged" else { return false }
        if let node = snapshot.node, node.cluster?.runningMembers.count != Self.brokers.count { return false }
        guard let proxy = snapshot.proxy else { return true }
        return proxy.haproxy == .running && proxy.keepalived == .running
            && proxy.backends?.allSatisfy { $0.status.hasPrefix("UP") } == true
    }

    /// What the agent said last, for failures.
    func words(_ host: String) async throws -> String {
        let said = try? await lab.output(host, "journalctl", "--unit=warren", "--lines=5", "--output=cat", "--no-pager")
        return "\(host): \(said ?? "is off")"
    }

    /// The hosts that have the virtual address on an interface.
    func holders() async throws -> [String] {
        var holders: [String] = []
        for host in Self.proxies {
            let run = try? await lab.exec(host, ["ip", "-4", "-oneline", "address", "show", "to", Self.vip])
            if run?.output.isEmpty == false { holders.append(host) }
        }
        return holders
    }

    func awaitHolder(_ host: String, within deadline: Duration = .seconds(60)) async throws {
        try await lab.waitUntil("\(host) alone has the virtual address", within: deadline) {
            try await holders() == [host]
        }
    }

    /// Evaluates Erlang on a node and returns what it printed.
    func evaluate(_ host: String, _ expression: String) async throws -> String {
        try await lab.output(host, "rabbitmqctl", "eval", expression)
    }

    /// The lines of a unit's journal that hold a text.
    func journal(_ host: String, unit: String = "warren", with text: String) async throws -> [String] {
        let all = try await lab.output(
            host, "journalctl", "--unit=\(unit)", "--output=cat", "--no-pager", within: .seconds(60))
        return all.split(separator: "\n").map(String.init).filter { $0.contains(text) }
    }

    /// Waits until the unit's journal has more lines with the text than there were.
    func awaitJournal(_ host: String, _ text: String, beyond count: Int = 0, within deadline: Duration = .seconds(60))
        async throws
    {
        try await lab.waitUntil("\(host) says: \(text)", within: deadline) {
            try await journal(host, with: text).count > count
        }
    }
}
