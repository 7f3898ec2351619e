import ClusterModel
import HostAccess

/// A repository of somebody else's, through a bare cache on this host. The program `git` does the work.
///
/// Nothing is checked out: what is read comes out of the cache's objects, by their names. One process at a time uses a
/// cache, which the agent's lock sees to.
public struct GitRepository: Sendable {
    public let source: GitSource
    public let access: GitAccess
    let cache: String
    private let runner: any ProcessRunning
    private var command: GitCommand { GitCommand(cache: cache, access: access) }

    /// What the branch was when it was last fetched.
    private static let head = "refs/warren/head"

    /// - Parameter cache: a folder of its own, made where it is missing.
    public init(_ source: GitSource, access: GitAccess, cache: String, runner: any ProcessRunning) {
        self.source = source
        self.access = access
        self.cache = cache
        self.runner = runner
    }

    /// Asks the repository. Where it fails the cache is as it was.
    public func fetch() async throws(GitFailure) {
        try await makeCache()
        try removeRemains()
        let isFirst = try await headID() == nil
        _ = try await run(
            [
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
                "--no-auto-maintenance", "--", source.repository, "+\(source.ref):\(Self.head)",
            ], deadline: isFirst ? access.deadline * 10 : access.deadline, fileLimit: access.packLimit)
    }

    /// What the branch was when it was last fetched; nil where it never was.
    public func head() async throws(GitFailure) -> Commit? {
        guard let id = try await headID() else { return nil }
        return try await commit(id)
    }

    public func commit(_ id: String) async throws(GitFailure) -> Commit {
        let format = "%an <%ae>%x00%s"
        let result = try await run(["log", "-1", "--no-show-signature", "--no-mailmap", "--format=" + format, id, "--"])
        let parts = result.stdout.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .unreadable("a commit") }
        return Commit(id: id, author: Self.line(parts[0]), subject: Self.line(parts[1]))
    }

    private func headID() async throws(GitFailure) -> String? {
        let result = try await result(of: ["rev-parse", "--quiet", "--verify", Self.head + "^{commit}"])
        let id = result.stdout.trimmingNewlines
        return result.status.isSuccess && Commit.isID(id) ? id : nil
    }

    /// How a commit stands to another one, which need not be in the cache.
    public func isDescendant(_ commit: Commit, of earlier: String) async throws(GitFailure) -> Bool {
        let result = try await result(of: ["merge-base", "--is-ancestor", earlier, commit.id])
        switch result.status {
        case .exited(0): return true
        case .exited(1): return false
        default:
            // What is not in the cache is no part of this history: a fetch brings all of it.
            let known = try await self.result(of: ["cat-file", "-e", earlier + "^{commit}"])
            if known.status.isSuccess { throw .refused(words(result)) }
            return false
        }
    }

    /// Nil where the commit bears a signature of an allowed signer; otherwise git's words, which may be none.
    public func complaint(aboutSignatureOf commit: Commit) async throws(GitFailure) -> String? {
        let result = try await result(of: ["verify-commit", commit.id])
        return result.status.isSuccess ? nil : words(result)
    }

    /// What a commit holds at these paths; a path that ends in a slash stands for what is in that folder.
    public func entries(of commit: Commit, at paths: [String]) async throws(GitFailure) -> [TreeEntry] {
        let result = try await run(["ls-tree", "-z", "-l", "--full-tree", commit.id, "--"] + paths)
        guard let entries = TreeEntry.list(result.stdoutBytes) else { throw .unreadable("a listing") }
        return entries
    }

    /// The bytes of files, in their order. Their sizes have to be checked before.
    public func contents(of entries: [TreeEntry]) async throws(GitFailure) -> [[UInt8]] {
        guard !entries.isEmpty else { return [] }
        let names = entries.map { $0.object + "\n" }.joined()
        let total = entries.reduce(0) { $0 + ($1.size ?? 0) + 128 }
        let result = try await run(["cat-file", "--batch"], input: Array(names.utf8), outputLimit: total)
        var rest = result.stdoutBytes[...]
        var contents: [[UInt8]] = []
        for entry in entries {
            guard let end = rest.firstIndex(of: 0x0A), let size = entry.size,
                String(decoding: rest[..<end], as: UTF8.self) == "\(entry.object) blob \(size)",
                rest.endIndex - end - 1 > size
            else { throw .unreadable("a file") }
            contents.append(Array(rest[(end + 1)..<(end + 1 + size)]))
            rest = rest[(end + 2 + size)...]
        }
        return contents
    }

    /// The cache, empty where there was none.
    private func makeCache() async throws(GitFailure) {
        if let status = try? FileStatus(cache + "/HEAD"), status.form == .regular { return }
        do {
            try Directory.make(cache, mode: 0o700)
        } catch {
            throw .cache("\(error)")
        }
        _ = try await run(["init", "--quiet", "--bare", "--template=", "--initial-branch=warren", cache])
    }

    /// A fetch that was killed leaves its half pack and its locks behind; the next one must not trip over them.
    private func removeRemains() throws(GitFailure) {
        let places = [
            (cache + "/objects/pack", "tmp_"), (cache + "/refs/warren", "head.lock"), (cache, "packed-refs.lock"),
            (cache, "shallow.lock"),
        ]
        for (folder, prefix) in places {
            for name in (try? Directory.names(folder)) ?? [] where name.hasPrefix(prefix) {
                do {
                    try AtomicFile.remove(folder + "/" + name)
                } catch {
                    throw .cache("\(error)")
                }
            }
        }
    }

    private func run(
        _ arguments: [String], input: [UInt8]? = nil, deadline: Duration = .seconds(30), fileLimit: Int? = nil,
        outputLimit: Int = 16 << 20
    ) async throws(GitFailure) -> ProcessResult {
        let result = try await result(
            of: arguments, input: input, deadline: deadline, fileLimit: fileLimit, outputLimit: outputLimit)
        guard result.status.isSuccess else { throw .refused(words(result)) }
        return result
    }

    private func result(
        of arguments: [String], input: [UInt8]? = nil, deadline: Duration = .seconds(30), fileLimit: Int? = nil,
        outputLimit: Int = 16 << 20
    ) async throws(GitFailure) -> ProcessResult {
        do {
            return try await runner.run(
                command.invocation(
                    arguments, input: input, deadline: deadline, fileLimit: fileLimit, outputLimit: outputLimit))
        } catch {
            throw .process(error)
        }
    }

    /// The last of what git said, in one line and without credentials that its configuration may have put into a URL.
    private func words(_ result: ProcessResult) -> String {
        let lines = result.stderr.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }.suffix(3)
        return Self.line(Redaction.maskURIs(lines.joined(separator: "; ")))
    }

    private static func line(_ text: some StringProtocol) -> String {
        let text = String(text).trimmingNewlines.printable
        return text.count > 300 ? text.prefix(299) + "…" : text
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
