import ClusterModel
import Foundation
import HostAccess
import Providers
import TestSupport
import Testing

@testable import AgentRuntime

/// Repositories that are broken or mean harm: the last good commit stays in force, and the reason is told.
@Suite struct HostileRepositoryTests {
    private func followed(
        _ path: String = "prod/", access: GitAccess = GitAccess()
    ) async throws -> (TestRepository, Follower, String) {
        let repository = try await TestRepository()
        try repository.write(Follower.manifest(), to: "prod/cluster.yaml")
        let commit = try await repository.push("good")
        let follower = try Follower(repository.url, path: path, access: access)
        await follower.watch.refresh()
        try #require(follower.inForce == commit)
        return (repository, follower, commit)
    }

    private func expectRefusal(
        _ reason: String, _ words: String, of repository: TestRepository, _ follower: Follower, _ good: String
    ) async throws {
        let bad = try await repository.push("bad")
        await follower.watch.refresh()
        #expect(follower.inForce == good)
        #expect(follower.refused?.commit == bad)
        #expect(follower.refused?.reason == reason)
        let message = follower.refused?.message ?? ""
        #expect(message.contains(words), "\(message)")
        #expect(!message.contains(follower.scratch.path), "\(message)")
        #expect(try follower.store.commits(prefix: bad).first?.refusal?.message == message)
    }

    @Test("an empty manifest, one that does not parse and a folder without one are refused")
    func noManifest() async throws {
        let (repository, follower, good) = try await followed()
        try repository.write("", to: "prod/cluster.yaml")
        try await expectRefusal("Invalid", "the manifest is empty", of: repository, follower, good)
        try repository.write("apiVersion: warren/v1\nkind: Clusters\n", to: "prod/cluster.yaml")
        try await expectRefusal("Invalid", "prod/cluster.yaml:2:7: error:", of: repository, follower, good)
        try await repository.git("rm", "--quiet", "prod/cluster.yaml")
        try await expectRefusal("Invalid", "it holds no prod", of: repository, follower, good)
        try repository.write("no manifest", to: "prod/notes.txt")
        try await expectRefusal("Invalid", "prod holds no file whose name ends", of: repository, follower, good)
    }

    @Test("a manifest for another cluster, or one that does not name this host, is refused")
    func otherCluster() async throws {
        let (repository, follower, good) = try await followed()
        try repository.write(Follower.manifest(name: "billing"), to: "prod/cluster.yaml")
        try await expectRefusal("OtherCluster", "for the cluster billing", of: repository, follower, good)
        try repository.write(Follower.manifest(hosts: ["mq7", "mq8"]), to: "prod/cluster.yaml")
        try await expectRefusal("OtherHost", "names mq7, mq8 and not this host", of: repository, follower, good)
    }

    @Test("a symbolic link is not followed, neither as a manifest nor as a folder nor as what a manifest refers to")
    func links() async throws {
        let (repository, follower, good) = try await followed()
        let secret = try repository.scratch.write(Follower.manifest(mode: "observe"), to: "outside.yaml")
        let files = FileManager.default
        try files.createSymbolicLink(atPath: repository.path("prod/more.yaml"), withDestinationPath: secret)
        try await expectRefusal("Invalid", "prod/more.yaml is a symbolic link", of: repository, follower, good)
        try files.removeItem(atPath: repository.path("prod/more.yaml"))
        try files.createSymbolicLink(
            atPath: repository.path("prod/advanced.config"), withDestinationPath: "/etc/passwd")
        let more = "  broker: { advancedConfig: { fromFile: advanced.config } }"
        try repository.write(Follower.manifest(more: more), to: "prod/cluster.yaml")
        try await expectRefusal("Invalid", "prod/advanced.config is a symbolic link", of: repository, follower, good)
        try files.removeItem(atPath: repository.path("prod"))
        try files.createSymbolicLink(atPath: repository.path("prod"), withDestinationPath: "/etc")
        try await expectRefusal("Invalid", "prod is a symbolic link", of: repository, follower, good)
    }

    @Test("a path that leaves the manifest's folder is refused")
    func climbing() async throws {
        let (repository, follower, good) = try await followed()
        try repository.write("[].", to: "advanced.config")
        let more = "  broker: { advancedConfig: { fromFile: ../advanced.config } }"
        try repository.write(Follower.manifest(more: more), to: "prod/cluster.yaml")
        try await expectRefusal("Invalid", "leaves the manifest's folder", of: repository, follower, good)
    }

    @Test("a submodule is not read")
    func submodule() async throws {
        let (repository, follower, good) = try await followed()
        try await repository.git("update-index", "--add", "--cacheinfo", "160000,\(good),prod/common")
        try await repository.git("commit", "--quiet", "-m", "module")
        try await repository.pushHead()
        await follower.watch.refresh()
        #expect(follower.inForce == good)
        #expect(follower.refused?.message.contains("prod/common is a submodule") == true)
    }

    @Test("a file of 1 GB is refused by its size, before it is read")
    func hugeFile() async throws {
        // git itself goes through all of it once, which takes a while on a busy machine.
        let (repository, follower, good) = try await followed(access: GitAccess(deadline: .seconds(300)))
        let path = repository.path("prod/huge.yaml")
        try Data().write(to: URL(fileURLWithPath: path))
        try #require(truncate(path, 1 << 30) == 0)
        try await repository.git("config", "core.bigFileThreshold", "1m")
        try await expectRefusal(
            "Invalid", "prod/huge.yaml has 1073741824 bytes", of: repository, follower, good)
        let usage = try #require(ProcessUsage.current())
        #expect(usage.residentBytes < 1 << 29)
    }

    @Test("a pack beyond the limit fills no disk, and leaves nothing behind")
    func hugePack() async throws {
        let (repository, follower, good) = try await followed(access: GitAccess(packLimit: 1 << 20))
        let noise = (0..<3 << 20).map { _ in UInt8.random(in: 0...255) }
        try AtomicFile.write(noise, to: repository.path("noise"))
        try await repository.push("noise")
        await follower.watch.refresh()
        #expect(follower.inForce == good)
        #expect(follower.problem != nil)
        try await repository.git("reset", "--quiet", "--hard", good)
        try await repository.pushHead()
        await follower.watch.refresh()
        #expect(follower.problem == nil)
        let packs = try Directory.names(follower.scratch.path("git/cache/objects/pack"))
        #expect(packs.filter { $0.hasPrefix("tmp") } == [])
    }

    @Test("a server that cuts half-way changes nothing, and the next fetch succeeds")
    func cut() async throws {
        let repository = try await TestRepository()
        try repository.write(Follower.manifest(), to: "prod/cluster.yaml")
        try AtomicFile.write((0..<1 << 20).map { _ in UInt8.random(in: 0...255) }, to: repository.path("noise"))
        let commit = try await repository.push()
        let server = try await CuttingServer(repository.url, after: 200_000)
        defer { server.stop() }
        let follower = try Follower(server.url)
        await follower.watch.refresh()
        #expect(follower.inForce == nil)
        #expect(follower.problem != nil)
        server.stopsCutting()
        await follower.watch.refresh()
        #expect(follower.inForce == commit)
    }

    @Test("the configuration, the hooks and the attributes of a repository have no effect")
    func configuration() async throws {
        let (repository, follower, _) = try await followed()
        let mark = repository.scratch.path("ran")
        for name in ["post-checkout", "reference-transaction", "post-merge"] {
            let hook = try repository.scratch.script("touch \(mark)", named: name)
            try Directory.make(repository.path("hooks"), mode: 0o755)
            try FileManager.default.copyItem(atPath: hook, toPath: repository.path("hooks/\(name)"))
        }
        try repository.write("[core]\n\tfsmonitor = touch \(mark)\n\thooksPath = hooks\n", to: ".gitconfig")
        try repository.write("*.yaml filter=x diff=x\n", to: ".gitattributes")
        let commit = try await repository.push("with hooks")
        await follower.watch.refresh()
        #expect(follower.inForce == commit)
        #expect((try? FileStatus(mark)) == nil)
    }

    @Test(
        "a source that would run a program, hold a password or leave the repository is refused before git is asked",
        arguments: [
            ("ext::sh -c id", "main", ""), ("ext::touch% /tmp/x", "main", ""), ("-uhttps://x", "main", ""),
            ("--upload-pack=/bin/sh", "main", ""), ("https://me:secret@host/x.git", "main", ""),
            ("ftp://host/x", "main", ""), ("relative/path", "main", ""), ("/x", "-main", ""), ("/x", "a..b", ""),
            ("/x", "a b", ""), ("/x", "refs/heads/a.lock", ""), ("/x", "main", "../up"), ("", "main", ""),
        ])
    func sources(url: String, ref: String, path: String) {
        #expect {
            try GitSource(repository: url, ref: ref, path: path)
        } throws: {
            !"\($0)".contains("secret")
        }
    }
}
