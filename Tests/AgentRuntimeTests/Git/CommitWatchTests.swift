import ClusterModel
import Foundation
import HostAccess
import Providers
import StateStore
import TestSupport
import Testing

@testable import AgentRuntime

/// What comes into force out of a real repository, and what does not.
@Suite struct CommitWatchTests {
    /// A repository with one valid commit, and a host that follows it.
    private func followed() async throws -> (TestRepository, Follower, String) {
        let repository = try await TestRepository()
        try repository.write(Follower.manifest(), to: "prod/cluster.yaml")
        let commit = try await repository.push("the first")
        let follower = try Follower(repository.url)
        await follower.watch.refresh()
        return (repository, follower, commit)
    }

    @Test("a commit comes into force under its own name, and the next one after it")
    func follows() async throws {
        let (repository, follower, first) = try await followed()
        #expect(follower.inForce == first)
        #expect(follower.problem == nil && follower.refused == nil)
        try repository.write(Follower.manifest(mode: "observe"), to: "prod/cluster.yaml")
        let second = try await repository.push("the second")
        await follower.watch.refresh()
        #expect(follower.inForce == second)
        #expect(follower.watch.inForce?.loaded.manifest?.mode == .observe)
        let records = try follower.store.commits()
        #expect(records.map(\.commit.id) == [second, first])
        #expect(records.allSatisfy { $0.inForceAt != nil && $0.refusal == nil })
        #expect(records[0].commit.subject == "the second")
        #expect(records[0].commit.author == "Person <person@example.org>")
    }

    @Test("a commit elsewhere in the repository comes into force too, with the same files")
    func elsewhere() async throws {
        let (repository, follower, _) = try await followed()
        try repository.write("hello", to: "README.md")
        let second = try await repository.push()
        await follower.watch.refresh()
        #expect(follower.inForce == second)
    }

    @Test("a repository that can't be reached changes nothing, also after a restart")
    func unreachable() async throws {
        let (repository, follower, first) = try await followed()
        try FileManager.default.moveItem(atPath: repository.url, toPath: repository.url + ".away")
        await follower.watch.refresh()
        #expect(follower.inForce == first)
        #expect(follower.problem?.contains("origin.git") == true)
        let restarted = try Follower(repository.url, of: follower.scratch)
        #expect(restarted.inForce == first)
        await restarted.watch.refresh()
        #expect(restarted.inForce == first)
        #expect(restarted.problem != nil)
        try FileManager.default.moveItem(atPath: repository.url + ".away", toPath: repository.url)
        await restarted.watch.refresh()
        #expect(restarted.problem == nil && restarted.inForce == first)
    }

    @Test("a branch that vanished leaves what is in force")
    func vanished() async throws {
        let (repository, follower, first) = try await followed()
        try await repository.git("push", "--quiet", "origin", "HEAD:refs/heads/other")
        try await repository.git("--git-dir", repository.url, "update-ref", "-d", "refs/heads/main")
        await follower.watch.refresh()
        #expect(follower.inForce == first)
        #expect(follower.problem?.contains("refs/heads/main") == true)
    }

    @Test("a cache that is gone is fetched anew, and history is still held against the commit in force")
    func cacheIsGone() async throws {
        let (repository, follower, first) = try await followed()
        try FileManager.default.removeItem(atPath: follower.scratch.path("git"))
        let restarted = try Follower(repository.url, of: follower.scratch)
        #expect(restarted.inForce == first)
        try await repository.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "another first")
        try await repository.pushHead()
        await restarted.watch.refresh()
        #expect(restarted.inForce == first)
        #expect(restarted.refused?.reason == "Rewinds")
    }

    @Test("what is relative to the manifest is read out of the commit")
    func references() async throws {
        let repository = try await TestRepository()
        let more = "  broker: { advancedConfig: { fromFile: files/advanced.config } }"
        try repository.write(Follower.manifest(more: more), to: "prod/cluster.yaml")
        let bare = try await repository.push()
        let follower = try Follower(repository.url)
        await follower.watch.refresh()
        #expect(follower.inForce == nil)
        #expect(follower.refused?.message.contains("prod/files/advanced.config, which it does not hold") == true)
        try repository.write("[].", to: "prod/files/advanced.config")
        let commit = try await repository.push()
        await follower.watch.refresh()
        #expect(follower.inForce == commit && commit != bare)
        let path = follower.scratch.path("git/files/\(commit)/prod/files/advanced.config")
        #expect(String(decoding: try FileContent.read(path), as: UTF8.self) == "[].")
        #expect(try FileStatus(path).mode == 0o600)
        for number in 0..<3 {
            try repository.write("[] % \(number)\n.", to: "prod/files/advanced.config")
            try await repository.push()
            await follower.watch.refresh()
        }
        #expect(try Directory.names(follower.scratch.path("git/files")).count == 2)
    }

    @Test("the times in a commit and an hour's wrong clock decide nothing", arguments: [-3600, 3600])
    func clock(offset: Int) async throws {
        let (repository, follower, _) = try await followed()
        let time = Int(Date().timeIntervalSince1970) + offset
        try repository.write(Follower.manifest(mode: "observe"), to: "prod/cluster.yaml")
        let commit = try await repository.push(date: "@\(time) +0000")
        await follower.watch.refresh()
        #expect(follower.inForce == commit)
    }

    @Test("calls within a second are one fetch")
    func storm() async throws {
        let (repository, follower, _) = try await followed()
        let running = Task { await follower.watch.run() }
        defer { running.cancel() }
        for _ in 0..<300 {
            follower.watch.poke()
            try await Task.sleep(for: .milliseconds(5))
        }
        let commit = try await repository.push("after the storm")
        follower.watch.poke()
        #expect(try await eventually { follower.inForce == commit })
        #expect(await follower.watch.fetches <= 6)
    }
}
