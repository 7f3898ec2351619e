import Foundation
import HostAccess

/// A real git repository of one test, and keys to sign its commits with.
public final class TestRepository: Sendable {
    public let scratch: ScratchDirectory
    /// What an agent is told to follow: a bare repository.
    public let url: String
    private let work: String
    private let runner = ProcessRunner()

    public init() async throws {
        scratch = try ScratchDirectory("git")
        work = scratch.path("work")
        url = scratch.path("origin.git")
        try await git(in: "/", "init", "--quiet", "--bare", "--initial-branch=main", url)
        try await git(in: "/", "init", "--quiet", "--initial-branch=main", work)
        try await git("remote", "add", "origin", url)
    }

    /// A file of the working tree.
    public func path(_ name: String) -> String { work + "/" + name }

    public func write(_ text: String, to name: String) throws {
        try Directory.make(path(name).directoryOfPath, mode: 0o755)
        try AtomicFile.write(Array(text.utf8), to: path(name))
    }

    /// Commits all that is in the working tree, pushes it with force, and returns the commit.
    ///
    /// - Parameters:
    ///   - key: the private key that signs it; unsigned where nil.
    ///   - date: as git reads it; now where nil.
    @discardableResult
    public func push(_ message: String = "change", key: String? = nil, date: String? = nil) async throws -> String {
        try await git("add", "--all")
        let signing = key.map { ["-c", "gpg.format=ssh", "-c", "user.signingKey=" + $0] } ?? []
        try await git(
            signing + ["commit", "--quiet", "--allow-empty", key == nil ? "--no-gpg-sign" : "-S", "-m", message],
            date: date)
        try await pushHead()
        return try await head()
    }

    /// Pushes what is checked out, also where that rewrites the branch.
    public func pushHead() async throws {
        try await git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main")
    }

    public func head() async throws -> String { try await git("rev-parse", "HEAD") }

    /// Makes a pair of keys and returns the path of the private one.
    public func makeKey(_ name: String) async throws -> String {
        let path = scratch.path(name)
        try await run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path])
        return path
    }

    /// An allowed-signers file with these keys; returns its path.
    public func allow(_ keys: [String], in name: String = "allowed-signers") throws -> String {
        let lines = try keys.map { key in
            "person@example.org " + String(decoding: try FileContent.read(key + ".pub"), as: UTF8.self)
        }
        return try scratch.write(lines.joined(), to: name)
    }

    @discardableResult
    public func git(_ arguments: String...) async throws -> String { try await git(arguments) }

    @discardableResult
    private func git(in folder: String, _ arguments: String...) async throws -> String {
        try await git(arguments, in: folder)
    }

    @discardableResult
    private func git(_ arguments: [String], in folder: String? = nil, date: String? = nil) async throws -> String {
        var environment = [
            "PATH": "/usr/bin:/bin", "HOME": scratch.path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Person",
            "GIT_AUTHOR_EMAIL": "person@example.org", "GIT_COMMITTER_NAME": "Person",
            "GIT_COMMITTER_EMAIL": "person@example.org", "LC_ALL": "C.UTF-8",
        ]
        if let date { (environment["GIT_AUTHOR_DATE"], environment["GIT_COMMITTER_DATE"]) = (date, date) }
        return try await run("/usr/bin/git", arguments, environment, in: folder ?? work)
    }

    @discardableResult
    private func run(
        _ program: String, _ arguments: [String], _ environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        in folder: String = "/"
    ) async throws -> String {
        let result = try await runner.run(
            Invocation(
                executable: program, arguments: arguments, environment: environment, workingDirectory: folder,
                deadline: .seconds(120)))
        guard result.status.isSuccess else { throw TestFailure("\(program) \(arguments): \(result.stderr)") }
        return result.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
