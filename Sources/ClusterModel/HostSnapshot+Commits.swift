extension HostSnapshot {
    /// The repository that the manifest comes from, as this host last knew it.
    public struct Commits: Hashable, Sendable {
        public var repository: String
        public var branch: String
        public var path: String
        /// When the repository last answered.
        public var checkedAt: Timestamp?
        /// What the branch was then.
        public var head: String?
        /// Why the repository can't be asked; nil while it can.
        public var problem: String?
        /// What the branch is and this host does not follow; nil while it does.
        public var refused: Refused?

        public struct Refused: Hashable, Sendable, Codable {
            public var commit: String
            /// One word for programs, as `CommitRefusal.Reason`.
            public var reason: String
            public var message: String

            public init(commit: String, reason: String, message: String) {
                self.commit = commit
                self.reason = reason
                self.message = message
            }
        }

        public init(_ source: GitSource) {
            repository = Redaction.maskURIs(source.repository)
            branch = source.branch
            path = source.path
        }
    }
}

extension HostSnapshot.Commits: Codable {
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        repository = try members.decode(.repository, or: "")
        branch = try members.decode(.branch, or: "")
        path = try members.decode(.path, or: "")
        checkedAt = try members.decodeIfPresent(Timestamp.self, forKey: .checkedAt)
        head = try members.decodeIfPresent(String.self, forKey: .head)
        problem = try members.decodeIfPresent(String.self, forKey: .problem)
        refused = try members.decodeIfPresent(Refused.self, forKey: .refused)
    }
}
