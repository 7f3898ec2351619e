import ClusterModel

/// Which commits come into force (safety rule 10): pure functions, each with one question. Nil means that nothing
/// speaks against it.
///
/// No rule looks at a clock or at the times in a commit: whoever writes a commit writes those too.
public enum CommitRules {
    /// What git says of a commit's signature.
    public enum Signature: Hashable, Sendable {
        /// Nobody asks for one.
        case notRequired
        case good
        /// What git said of it.
        case bad(String)
    }

    /// How a commit stands to the one in force.
    public enum Descent: Hashable, Sendable {
        /// There is none in force from this repository.
        case first
        case descends
        /// It is older, or of another line.
        case rewinds
    }

    public static func refusal(of commit: Commit, signature: Signature) -> CommitRefusal? {
        guard case .bad(let words) = signature else { return nil }
        return CommitRefusal(
            .unsigned,
            "commit \(commit.short) by \(commit.author) is not signed by anybody in the allowed-signers file"
                + (words.isEmpty ? "" : " (git says: \(words))") + "; sign it, or add its signer to that file")
    }

    public static func refusal(
        of commit: Commit, descent: Descent, inForce: String?, isAccepted: Bool
    ) -> CommitRefusal? {
        guard descent == .rewinds, !isAccepted else { return nil }
        return CommitRefusal(
            .rewinds,
            "commit \(commit.short) by \(commit.author) does not descend from \(inForce?.prefix(12) ?? "the one") in "
                + "force: the branch was rewritten; to follow it, run warren accept \(commit.short) --reason TEXT")
    }

    public static func refusal(
        of commit: Commit, manifest: ClusterManifest, inForce: ClusterManifest?, host: String, isAccepted: Bool
    ) -> CommitRefusal? {
        if let before = inForce?.name, before != manifest.name, !isAccepted {
            return CommitRefusal(
                .otherCluster,
                "commit \(commit.short) has a manifest for the cluster \(manifest.name.printable), and this host "
                    + "belongs to \(before.printable); look at --path, or where the cluster is to be renamed, run "
                    + "warren accept \(commit.short) --reason TEXT")
        }
        guard !manifest.hosts.contains(where: { $0.name == host }) else { return nil }
        return CommitRefusal(
            .otherHost,
            "commit \(commit.short) has a manifest that names \(manifest.hosts.map(\.name).joined(separator: ", ")) "
                + "and not this host, \(host); add it, or say with --host which of them it is")
    }

    /// What stops a whole commit from being read, in the words that say where.
    public static func refusal(of commit: Commit, unusable problem: String) -> CommitRefusal {
        CommitRefusal(.invalid, "commit \(commit.short) by \(commit.author) can't be used: \(problem)")
    }
}

extension Conditions {
    /// Whether the branch that the manifest comes from is in force here.
    public static func commitInForce(_ commits: HostSnapshot.Commits, inForce: String?) -> Condition {
        let rest = inForce.map { "; \($0.prefix(12)) stays in force" } ?? "; none is in force and nothing is done"
        if let refused = commits.refused {
            return Condition(.commitInForce, .false, reason: refused.reason, refused.message + rest)
        }
        if let problem = commits.problem {
            return Condition(.commitInForce, .unknown, reason: "Unreachable", problem + rest)
        }
        guard let inForce else {
            return Condition(.commitInForce, .unknown, reason: "Unread", "the repository was not read yet")
        }
        return Condition(
            .commitInForce, .true, reason: "UpToDate", "\(inForce.prefix(12)) of \(commits.branch) is in force")
    }
}
