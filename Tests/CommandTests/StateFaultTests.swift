import ClusterModel
import Foundation
import GRDB
import HostAccess
import TestSupport
import Testing

/// A state file that can't be used: `plan` shows what is so, `apply` does nothing.
@Suite struct StateFaultTests {
    /// A session that has applied once, and whose broker then lost a policy.
    private func used() async throws -> Session {
        let session = try Session()
        try session.importing(policies: "one", "two")
        let run = try await session.run("apply")
        #expect(run.code == 0, "\(run)")
        try session.export(policies: "one")
        return session
    }

    private func expectRefusal(
        _ session: Session, _ words: String, apply refusal: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ run: (String) async throws -> ProgramRun
    ) async throws {
        let before = session.writes
        let plan = try await run("plan")
        #expect(plan.code == 2, "\(plan)", sourceLocation: sourceLocation)
        #expect(plan.errors.contains("warning: "), sourceLocation: sourceLocation)
        #expect(plan.errors.contains(words), "\(plan.errors)", sourceLocation: sourceLocation)
        #expect(plan.errors.contains("Nothing of this plan is remembered."), sourceLocation: sourceLocation)
        #expect(plan.output.contains("+ policy //two  missing"), sourceLocation: sourceLocation)
        let apply = try await run("apply")
        #expect(apply.code == 1, "\(apply)", sourceLocation: sourceLocation)
        #expect(apply.errors.contains(refusal ?? words), "\(apply.errors)", sourceLocation: sourceLocation)
        #expect(session.writes == before, "apply wrote to the broker", sourceLocation: sourceLocation)
    }

    @Test("A state file that is missing is made anew by plan, and status says that there is none")
    func missing() async throws {
        let session = try Session()
        let status = try await session.run("status")
        #expect(status.code == 1)
        #expect(status.errors.contains("is not there"))
        #expect(throws: FileFailure.self) { try FileStatus(session.state) }
        #expect(try await session.run("plan").code == 2)
        #expect(try FileStatus(session.state).mode == 0o600)
        #expect(try await session.run("status").code == 2)
    }

    @Test("A state file of a later version is left alone")
    func newer() async throws {
        let session = try await used()
        try session.sqlite("INSERT INTO grdb_migrations VALUES ('99 of the future')")
        let bytes = try FileContent.read(session.state)
        try await expectRefusal(session, "later") { try await session.run($0) }
        let status = try await session.run("status")
        #expect(status.code == 1)
        #expect(status.errors.contains("later"))
        #expect(try FileContent.read(session.state) == bytes)
    }

    @Test("A state file that another process holds locked is waited for, then said")
    func locked() async throws {
        let session = try await used()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: session.state, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
        try await expectRefusal(session, "is locked by another process") { try await session.run($0) }
        let status = try await session.run("status")
        #expect(status.code == 1)
        #expect(status.errors.contains("is locked by another process"))
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await session.run("apply").code != 1 || session.writes > 1)
    }

    @Test("A state file on a file system that is mounted read-only", .enabled(if: OSUser.isRoot, "needs root"))
    func readOnly() async throws {
        let session = try await used()
        let folder = session.home.path("state")
        let mount = "mount --bind \(folder) \(folder) && mount -o remount,ro,bind \(folder)"
        func run(_ command: String) async throws -> ProgramRun {
            // The mounts are gone with the namespace.
            try await WarrenProgram.shell(
                "unshare --mount bash -c '\(mount) && exec \"$@\"' x \(session.line(command))")
        }
        try await expectRefusal(session, "cannot be written to", apply: "Read-only file system", run)
        let status = try await run("status")
        #expect(status.code == 0, "\(status)")
        #expect(status.output.contains("observed"))
    }

    @Test("A state file on a disk that is full", .enabled(if: OSUser.isRoot, "needs root"))
    func full() async throws {
        let session = try await used()
        let folder = session.home.path("state")
        let fill = """
            cp \(folder)/state.sqlite \(session.home.path("copy")) && mount -t tmpfs -o size=1m none \(folder) \
            && cp \(session.home.path("copy")) \(folder)/state.sqlite && { dd if=/dev/zero of=\(folder)/filler bs=4k 2>/dev/null; true; }
            """
        func run(_ command: String) async throws -> ProgramRun {
            try await WarrenProgram.shell("unshare --mount bash -c '\(fill) && exec \"$@\"' x \(session.line(command))")
        }
        try await expectRefusal(session, "no space is left", run)
        let status = try await run("status")
        #expect(status.code == 0, "\(status)")
        #expect(try await WarrenProgram.shell("grep -c '\(folder)' /proc/self/mountinfo").output == "0\n")
    }

    @Test("A corrupt state file is moved aside and said; apply goes on, and deletes nothing that it no longer owns")
    func corrupt() async throws {
        let session = try Session(
            """
              prune: { policies: true }
            \(Session.policies)
            """)
        try session.importing(policies: "one", "two")
        #expect(try await session.run("apply").code == 0)
        // The next manifest no longer names what was created: with the inventory, `two` would be deleted.
        try session.declare(
            """
              prune: { policies: true }
              policies: [{ name: one, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }]
            """)
        let pruning = try await session.run("plan")
        #expect(pruning.output.contains("- policy //two"), "\(pruning)")
        try session.home.write(String(repeating: "no database ", count: 5000), to: "state/state.sqlite")
        let status = try await session.run("status")
        #expect(status.code == 1)
        #expect(status.errors.contains("damaged or no database"))
        let apply = try await session.run("apply")
        #expect(apply.code == 0, "\(apply)")
        #expect(apply.errors.contains("was corrupt and was moved to \(session.state).corrupt-"))
        #expect(session.tools.calls(of: "eval_file delete") == 0)
        let names = try Directory.names(session.home.path("state")).filter { !$0.hasSuffix(".lock") }
        #expect(names.count == 2 && names.contains { $0.contains(".corrupt-") })
        let after = try await session.run("plan")
        #expect(after.code == 0)
        #expect(after.output.contains("Unmanaged, only reported: ") && after.output.contains("1 policy"))
    }

    @Test("A deleted state file makes nothing be deleted, prune or not")
    func lost() async throws {
        let session = try Session(
            """
              prune: { policies: true }
              policies: [{ name: one, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }]
            """)
        try session.export(policies: "one", "two")
        let apply = try await session.run("apply")
        #expect(apply.code == 0, "\(apply)")
        #expect(session.writes == 0)
    }

    @Test(
        "Half a page, no page, a folder and a pipe in place of the state file: no crash, and nothing is done",
        arguments: [
            "head -c 3000 state > x; mv x state", "rm state; mkdir state", "rm state; mkfifo state",
            "rm state; ln -s /dev/null state",
            "rm state; ln -s /nonexistent/x state",
        ])
    func strange(_ damage: String) async throws {
        let session = try await used()
        let folder = session.home.path("state")
        try await WarrenProgram.shell(
            "mv state.sqlite state; \(damage); mv state state.sqlite", directory: folder)
        let plan = try await session.run("plan")
        #expect(plan.code == 2, "\(plan)")
        #expect(plan.errors.contains("warning: "))
        let before = session.writes
        let isHalf = damage.hasPrefix("head")
        let apply = try await session.run("apply")
        #expect(apply.code == 1 || isHalf, "\(apply)")
        if !isHalf { #expect(session.writes == before) }
        #expect(!apply.errors.contains("Fatal error"))
        let status = try await session.run("status")
        #expect(status.code == 1 || isHalf, "\(status)")
    }
}
