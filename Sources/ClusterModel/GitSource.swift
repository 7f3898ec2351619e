/// Where a manifest comes from when it is read out of git: a repository, what to follow in it, and where to look.
public struct GitSource: Hashable, Sendable {
    /// As git takes it: a URL, `user@host:path`, or an absolute path. It holds no password.
    public let repository: String
    /// The full name of what is followed, such as `refs/heads/main`.
    public let ref: String
    /// The manifest inside the repository, without slashes at its ends; empty for its top folder.
    public let path: String

    /// - Throws: `GitSourceProblem` with what to write instead.
    public init(repository: String, ref: String, path: String) throws(GitSourceProblem) {
        try Self.check(repository: repository)
        let full = ref.hasPrefix("refs/") ? ref : "refs/heads/" + ref
        guard Self.isRef(full) else {
            throw GitSourceProblem("\(ref.printable) is no name of a branch; write one such as main, or a full refs/…")
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
        guard !parts.contains(".."), !path.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw GitSourceProblem("\(path.printable) leaves the repository; write a path inside it, such as prod/")
        }
        self.repository = repository
        self.ref = full
        self.path = parts.joined(separator: "/")
    }

    /// The branch as people call it.
    public var branch: String { ref.hasPrefix("refs/heads/") ? String(ref.dropFirst(11)) : ref }

    /// One line that names it all; two sources of the same line are the same.
    public var description: String { "\(repository) \(branch):\(path.isEmpty ? "/" : path)" }

    private static let schemes = ["https", "http", "ssh", "git", "file"]

    private static func check(repository: String) throws(GitSourceProblem) {
        let forms = "write https://…, ssh://…, user@host:path or an absolute path"
        guard !repository.isEmpty, !repository.hasPrefix("-"),
            !repository.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F })
        else { throw GitSourceProblem("\(repository.printable) is no repository; \(forms)") }
        // `ext::COMMAND` and its like run whatever they name.
        guard !repository.contains("::") else {
            throw GitSourceProblem("\(repository.printable) names a helper program of git, which is refused; \(forms)")
        }
        guard let separator = repository.firstRange(of: "://") else {
            guard repository.hasPrefix("/") || repository.contains(":") else {
                throw GitSourceProblem("\(repository.printable) is a relative path; \(forms)")
            }
            return
        }
        guard schemes.contains(String(repository[..<separator.lowerBound])) else {
            throw GitSourceProblem("\(Redaction.maskURIs(repository).printable) has an unknown scheme; \(forms)")
        }
        let authority = repository[separator.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return }
        guard !authority[..<at].contains(":") else {
            throw GitSourceProblem(
                "the URL holds a password, which every account of this host could read; write it without, and the "
                    + "password as http.extraHeader into the file of --git-config")
        }
    }

    /// The rules of `git check-ref-format`, as far as a name could harm.
    private static func isRef(_ text: String) -> Bool {
        let forbidden: Set<Character> = ["~", "^", ":", "?", "*", "[", "\\", " "]
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 1 && !text.contains("..") && !text.contains("@{") && !text.hasSuffix(".")
            && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") && !$0.hasPrefix("-") }
            && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            && !text.contains(where: forbidden.contains)
    }
}

/// Why a repository, branch or path can't be used, in one sentence that says what to write instead.
public struct GitSourceProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
