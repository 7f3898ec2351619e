import ClusterModel
import Foundation
import Glibc
import HostAccess
import Lab
import TestSupport

/// The five hosts with agents that follow a real repository, which is served to them over the network.
struct GitHosts: Sendable {
    let hosts: FiveHosts
    let repository: TestRepository
    let key: String
    private let manifest: String
    private let advanced: String
    private let server: String
    private var record: String { repository.scratch.path("git-daemon.pid") }

    static let options = "/etc/default/warren"

    /// Makes a repository of the manifest that is in force, and the hosts follow it.
    static func following(_ hosts: FiveHosts) async throws -> GitHosts {
        let repository = try await TestRepository()
        let key = try await repository.makeKey("key")
        let addresses = try await hosts.lab.output("client", "ip", "-4", "-oneline", "address", "show")
        guard let server = addresses.firstMatch(of: /10\.77\.0\.\d+/).map({ String($0.0) }) else {
            throw TestFailure("the client has no address: \(addresses)")
        }
        let git = GitHosts(
            hosts: hosts, repository: repository, key: key,
            manifest: try await hosts.lab.output("mq1", "cat", HostManifest.path),
            advanced: try await hosts.lab.output("mq1", "cat", HostManifest.path.directoryOfPath + "/advanced.config"),
            server: server)
        try await git.push("the cluster", signed: true)
        try await git.follow()
        return git
    }

    /// Writes the manifest with a change, commits it and pushes.
    @discardableResult
    func push(_ message: String, signed: Bool, _ change: (String) -> String = { $0 }) async throws -> String {
        try repository.write(change(manifest), to: "prod/cluster.yaml")
        try repository.write(advanced, to: "prod/advanced.config")
        return try await repository.push(message, key: signed ? key : nil)
    }

    private func follow() async throws {
        let tool = try Data(contentsOf: URL(filePath: "/usr/bin/ssh-keygen")).base64EncodedString()
        let signers = String(decoding: try FileContent.read(try repository.allow([key])), as: UTF8.self)
        let options =
            "WARREN_OPTIONS=\"--git git://\(server)/origin.git --path prod/ --poll-interval 1s --require-signature\"\n"
        for host in FiveHosts.all {
            try await write(tool, "base64 -d > /usr/bin/ssh-keygen && chmod 755 /usr/bin/ssh-keygen", on: host)
            try await write(signers, "cat > /etc/warren/allowed-signers", on: host)
            try await write(options, "cat > \(Self.options)", on: host)
            let hide = "mv \(HostManifest.path) /root/manifest.kept && install -m 600 /dev/null /etc/warren/git.config"
            try await hosts.lab.output(host, "sh", "-c", hide + " && systemctl restart --no-block warren")
        }
    }

    /// The hosts follow their own files again.
    func leave() async throws {
        for host in FiveHosts.all {
            let script = """
                rm -f /etc/warren/git.config \(Self.options); mv /root/manifest.kept \(HostManifest.path)
                systemctl restart --no-block warren
                """
            try await hosts.lab.output(host, "sh", "-c", script)
        }
    }

    private func write(_ text: String, _ script: String, on host: String) async throws {
        let run = try await hosts.lab.exec(host, ["sh", "-c", script], input: text)
        guard run.status.isSuccess else { throw TestFailure("\(script) on \(host): \(run.errors)") }
    }

    /// Serves the repository while `body` runs.
    func serving<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let call = [
            "/usr/lib/git-core/git-daemon", "--export-all", "--reuseaddr", "--base-path=" + repository.scratch.path,
            "--port=9418", "--pid-file=" + record,
        ]
        async let serving = hosts.lab.exec("client", call, within: .seconds(300))
        do {
            let value = try await body()
            try await stopServing()
            _ = try? await serving
            return value
        } catch {
            try? await stopServing()
            _ = try? await serving
            throw error
        }
    }

    private func stopServing() async throws {
        let path = record
        try await hosts.lab.waitUntil("the server has said which process it is") {
            Self.process(in: path) != nil
        }
        if let pid = Self.process(in: path) { kill(pid, SIGTERM) }
    }

    private static func process(in path: String) -> Int32? {
        (try? FileContent.read(path)).flatMap {
            Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    /// Waits until every host has reached the commit, which is then in force everywhere.
    func awaitInForce(_ commit: String) async throws {
        try await awaitEverywhere("commit \(commit.prefix(12)) is in force") {
            $0.revision.attempted == commit && $0.revision.applied == commit
        }
    }

    /// Waits until every host refuses the commit for that reason and still works towards the other one.
    func awaitRefused(_ commit: String, _ reason: String, inForce: String) async throws {
        try await awaitEverywhere("commit \(commit.prefix(12)) is refused as \(reason)") {
            $0.commits?.refused?.commit == commit && $0.commits?.refused?.reason == reason
                && $0.revision.attempted == inForce
        }
    }

    func awaitEverywhere(_ sentence: String, _ holds: (HostSnapshot) -> Bool) async throws {
        var last: [String] = []
        do {
            try await hosts.lab.waitUntil(sentence, within: .seconds(60)) {
                last = []
                for host in FiveHosts.all {
                    let snapshot = try await hosts.snapshot(host)
                    if snapshot.map(holds) == true { continue }
                    let commits = snapshot?.commits.map { "\($0)" } ?? "nothing"
                    last.append("\(host): \(snapshot?.revision.attempted ?? "none"), \(commits)")
                }
                return last.isEmpty
            }
        } catch { throw TestFailure("\(error)\n" + last.joined(separator: "\n")) }
    }
}
