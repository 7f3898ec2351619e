import ClusterModel
import Foundation
import HostAccess
import Lab
import TestSupport

/// Two clusters with agents of their own that reach each other: manifests/two-sites, as people would start it.
struct TwoSites: Sendable {
    /// Three brokers and two proxies, and one broker.
    let east: TestLab
    let west: TestLab
    /// Of the accounts that publish and consume at the two.
    private let passwords: [LabName: String]

    static let brokers = ["mq1", "mq2", "mq3"]
    static let proxies = ["lb1", "lb2"]
    static let vip = "10.77.0.100"

    static func up(west release: DebianRelease) async throws -> TwoSites {
        let packages = [try BuiltPackage.path.get()]
        let east = try await TestLab.up(manifest: "manifests/two-sites/east", packages: packages)
        do {
            let west = try await TestLab.up(
                manifest: "manifests/two-sites/west", debian: release, packages: packages, joining: east)
            return try await TwoSites(east, west)
        } catch {
            try? await east.down()
            throw error
        }
    }

    private init(_ east: TestLab, _ west: TestLab) async throws {
        (self.east, self.west) = (east, west)
        passwords = [
            east.name: try await east.output("mq1", "cat", "/etc/warren/secrets/app"),
            west.name: try await west.output("west1", "cat", "/etc/warren/secrets/app"),
        ]
    }

    func down() async {
        try? await west.down()
        try? await east.down()
    }

    private func lab(of host: String) -> TestLab { host == "west1" ? west : east }

    func snapshot(_ host: String) async throws -> HostSnapshot? { try await lab(of: host).snapshot(host) }

    /// The condition of this name as the host's agent tells it.
    func condition(_ name: Condition.Name, on host: String) async throws -> HostSnapshot.ConditionState? {
        try await snapshot(host)?.conditions.first { $0.name == name.rawValue }
    }

    /// Waits until the agents say that all is as it should be, links included.
    func awaitConverged(
        _ hosts: [String] = ["mq1", "mq2", "mq3", "west1"], within limit: Duration = .seconds(200)
    ) async throws {
        for host in hosts {
            do {
                try await lab(of: host).waitUntil("\(host) converges with its links", within: limit) {
                    let snapshot = try await snapshot(host)
                    return snapshot?.lastRun?.result == "converged" && snapshot?.status(.linksRunning) == .true
                }
            } catch {
                let state = try await snapshot(host)
                let links = state?.conditions.first { $0.name == "LinksRunning" }?.message ?? "no condition"
                throw TestFailure("\(error): \(state?.lastRun?.sentence ?? "no run") \(links)")
            }
        }
    }

    /// Links notice a cut one after another: `naming` says which one has to be told.
    func awaitLinks(
        _ status: HostSnapshot.ConditionState.Status, on host: String, naming words: String = "",
        within limit: Duration = .seconds(120)
    ) async throws {
        do {
            try await lab(of: host).waitUntil("the links of \(host) are \(status)", within: limit) {
                guard let told = try await condition(.linksRunning, on: host) else { return false }
                return told.status == status && (words.isEmpty || told.message?.contains(words) == true)
            }
        } catch {
            throw TestFailure("\(error): \(try await condition(.linksRunning, on: host)?.message ?? "it is silent")")
        }
    }

    private static let program = FileManager.default.currentDirectoryPath + "/Tests/testbed/site-client.py"

    /// Publishes so many messages, each confirmed, as `NAME-1`, `NAME-2`, ….
    func publish(
        _ count: Int, named name: String, to exchange: String, key: String = "", at lab: TestLab
    ) async throws {
        _ = try await client(["publish", "EXCHANGE:" + exchange, key, name, String(count)], at: lab)
    }

    /// Takes what is in a queue until so many of that name were seen, and gives how many of them were, how many came
    /// twice, and how many others there were.
    func consume(
        _ count: Int, named name: String, from queue: String, at lab: TestLab, vhost: String? = nil
    ) async throws -> Received {
        let json = try await client(["consume", queue, name, String(count)], at: lab, vhost: vhost)
        return Received(
            distinct: json["distinct"]?.integer ?? -1, repeated: json["repeated"]?.integer ?? -1,
            others: json["others"]?.integer ?? -1)
    }

    struct Received: Hashable, Sendable {
        let distinct: Int
        let repeated: Int
        let others: Int
    }

    private func client(_ arguments: [String], at lab: TestLab, vhost: String? = nil) async throws -> JSONValue {
        let isEast = lab.name == east.name
        let address = isEast ? Self.vip : try west.plan.host("west1").address.description
        let isRoot = vhost == "/"
        let user = isRoot ? "from-east" : "app"
        let password =
            isRoot ? try await west.output("west1", "cat", "/etc/warren/secrets/from-east") : passwords[lab.name] ?? ""
        let run = try await lab.exec(
            "client", [Self.program, address, vhost ?? (isEast ? "orders" : "shop"), user] + arguments,
            input: password.trimmingCharacters(in: .newlines) + "\n", within: .seconds(100))
        guard run.status.isSuccess else { throw TestFailure("\(arguments): \(run.output)\(run.errors)") }
        return try run.json()
    }

    /// The hosts of east that have the virtual address.
    func holders() async throws -> [String] {
        var holders: [String] = []
        for host in Self.proxies {
            let run = try? await east.exec(host, ["ip", "-4", "-oneline", "address", "show", "to", Self.vip])
            if run?.output.isEmpty == false { holders.append(host) }
        }
        return holders
    }
}
