import ClusterModel
import HostAccess
import Providers
import StateStore
import TestSupport
import Testing

@testable import AgentRuntime

/// Rewritten history, and signatures: who may say what comes into force.
@Suite struct RewindTests {
    /// A host that follows the second of two commits, and a branch that is then put back to the first.
    private func rewound() async throws -> (TestRepository, Follower, [String]) {
        let repository = try await TestRepository()
        try repository.write(Follower.manifest(), to: "prod/cluster.yaml")
        let first = try await repository.push("the first")
        try repository.write(Follower.manifest(mode: "observe"), to: "prod/cluster.yaml")
        let second = try await repository.push("the second")
        let follower = try Follower(repository.url)
        await follower.watch.refresh()
        try await repository.git("reset", "--quiet", "--hard", first)
        try await repository.pushHead()
        await follower.watch.refresh()
        return (repository, follower, [first, second])
    }

    private func accept(_ commit: String, on follower: Follower, for seconds: Int64 = 3600) throws {
        let now = SystemClock.now()
        try follower.store.accept(
            Acceptance(
                commit: commit, author: "jane", reason: "rebased", acceptedAt: now,
                expiresAt: Timestamp(milliseconds: now.milliseconds + seconds * 1000)))
    }

    @Test("a force-push is refused until a person accepts it, also after a restart")
    func forcePush() async throws {
        let (repository, follower, commits) = try await rewound()
        #expect(follower.inForce == commits[1])
        #expect(follower.refused?.commit == commits[0])
        #expect(follower.refused?.reason == "Rewinds")
        #expect(follower.refused?.message.contains("warren accept \(commits[0].prefix(12))") == true)
        let restarted = try Follower(repository.url, of: follower.scratch)
        await restarted.watch.refresh()
        #expect(restarted.inForce == commits[1])
        try accept(commits[0], on: restarted)
        await restarted.watch.refresh()
        #expect(restarted.inForce == commits[0])
        #expect(restarted.refused == nil)
        #expect(try restarted.store.acceptances(of: commits[0]).first?.author == "jane")
    }

    @Test("an acceptance takes effect without another call")
    func acceptedWhileWaiting() async throws {
        let (_, follower, commits) = try await rewound()
        let running = Task { await follower.watch.run() }
        defer { running.cancel() }
        try accept(commits[0], on: follower)
        #expect(try await eventually { follower.inForce == commits[0] })
    }

    @Test("an acceptance that is over, or of another commit, accepts nothing")
    func expired() async throws {
        let (repository, follower, commits) = try await rewound()
        let now = SystemClock.now().milliseconds
        try follower.store.accept(
            Acceptance(
                commit: commits[0], author: "jane", reason: "late", acceptedAt: Timestamp(milliseconds: now - 2000),
                expiresAt: Timestamp(milliseconds: now - 1000)))
        await follower.watch.refresh()
        #expect(follower.inForce == commits[1])
        try accept(commits[0], on: follower)
        try repository.write(Follower.manifest(), to: "prod/cluster.yaml")
        try repository.write("x", to: "other")
        let third = try await repository.push("another line")
        await follower.watch.refresh()
        #expect(follower.inForce == commits[1])
        #expect(follower.refused?.commit == third)
    }

    @Test("a commit that undoes the last one descends from it and comes into force")
    func revert() async throws {
        let (repository, follower, commits) = try await rewound()
        try await repository.git("reset", "--quiet", "--hard", commits[1])
        try await repository.git("revert", "--no-edit", "HEAD")
        try await repository.pushHead()
        await follower.watch.refresh()
        #expect(follower.inForce == (try await repository.head()))
        #expect(follower.watch.inForce?.loaded.manifest?.mode == .enforce)
    }

    @Test("with signatures asked for, an unsigned commit and one of an unknown signer stay out of force")
    func signatures() async throws {
        let repository = try await TestRepository()
        let (known, unknown) = (try await repository.makeKey("known"), try await repository.makeKey("unknown"))
        let signers = try repository.allow([known])
        try repository.write(Follower.manifest(), to: "prod/cluster.yaml")
        let unsigned = try await repository.push("unsigned")
        let follower = try Follower(repository.url, access: GitAccess(allowedSigners: signers))
        await follower.watch.refresh()
        #expect(follower.inForce == nil)
        #expect(follower.refused?.commit == unsigned)
        #expect(follower.refused?.reason == "Unsigned")
        let good = try await repository.push("signed", key: known)
        await follower.watch.refresh()
        #expect(follower.inForce == good && follower.refused == nil)
        for key in [nil, unknown] {
            try repository.write(Follower.manifest(mode: "observe"), to: "prod/cluster.yaml")
            let bad = try await repository.push("not by us", key: key)
            await follower.watch.refresh()
            #expect(follower.inForce == good)
            #expect(follower.refused?.commit == bad)
            // Nobody can accept it either.
            try accept(bad, on: follower)
            await follower.watch.refresh()
            #expect(follower.inForce == good)
        }
        let back = try await repository.push("signed again", key: known)
        await follower.watch.refresh()
        #expect(follower.inForce == back)
    }

    @Test("a signer that is added to the file is known at the next look")
    func addedSigner() async throws {
        let repository = try await TestRepository()
        let (one, two) = (try await repository.makeKey("one"), try await repository.makeKey("two"))
        let signers = try repository.allow([one])
        try repository.write(Follower.manifest(), to: "prod/cluster.yaml")
        let commit = try await repository.push(key: two)
        let follower = try Follower(repository.url, access: GitAccess(allowedSigners: signers))
        await follower.watch.refresh()
        #expect(follower.inForce == nil)
        _ = try repository.allow([one, two])
        await follower.watch.refresh()
        #expect(follower.inForce == commit)
    }
}
