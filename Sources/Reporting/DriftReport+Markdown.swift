import ClusterModel

extension DriftReport {
    /// For a comment or a mail: of each list the first ones that fit into `limit` characters.
    public func markdown(limit: Int = 60_000) -> String {
        var text = BoundedText("# " + heading + "\n\n" + summary, limit: limit)
        list("Open", open, &text)
        if let closed { list("Ended", closed, &text) }
        if !unmanaged.isEmpty {
            text.add("\nUnmanaged, only reported: \(counted(unmanaged.count, "resource")).\n")
            text.endList()
        }
        return text.text
    }

    private var heading: String {
        "Drift" + (cluster.map { " of \(Markdown.code($0))" } ?? "") + (host.map { " on \(Markdown.code($0))" } ?? "")
    }

    private var summary: String {
        var parts = ["**\(grouped(open.total)) open**"]
        if let closed {
            parts.append("\(grouped(closed.repaired)) repaired")
            parts.append("\(grouped(closed.total - closed.repaired)) gone by themselves")
        }
        var text = parts.joined(separator: ", ") + ", \(period)"
        if let observedAt { text += ", observed \(observedAt.age(at: now))" }
        text += ".\n"
        let filters = filter.words
        if !filters.isEmpty {
            text += "Only " + filters.map { "\($0.name) \(Markdown.code($0.value))" }.joined(separator: ", ") + ".\n"
        }
        if let unknownReason { text += "\n**Unknown now:** \(Markdown.code(unknownReason))\n" }
        let causes = authors.prefix(10).map { "\(Markdown.code($0.name)) \(grouped($0.count))" }
        if !causes.isEmpty { text += "\nCaused by: " + causes.joined(separator: ", ") + "\n" }
        return text
    }

    private func list(_ title: String, _ entries: Entries, _ text: inout BoundedText) {
        guard entries.total > 0 else { return }
        text.add("\n## \(title) (\(grouped(entries.total)))\n\n")
        for entry in entries.shown { text.add(item(entry)) }
        text.endList()
        if entries.left > 0 {
            text.add("\n\(grouped(entries.left)) more are not listed.\n")
            text.endList()
        }
    }

    private func item(_ entry: DriftEntry) -> String {
        var text = "- **\(Markdown.code("\(entry.resource)"))** \(entry.word)"
        text += ", found \(entry.openedAt.secondText) UTC"
        if let author = entry.author {
            text += ", caused by \(Markdown.code(author))"
            if let at = entry.authorAt { text += " at \(at.secondText) UTC" }
        }
        text += ", " + entry.ending(at: now) + "\n"
        if let words = entry.contestWords(at: now) { text += "  - **contested** \(Markdown.code(words))\n" }
        return text + entry.changes.map { $0.markdown(indent: "  ") }.joined()
    }
}

extension FieldChange {
    /// An item of a list, with a unified diff where the values are texts of several lines.
    public func markdown(indent: String) -> String {
        if let diff = LineDiff(self) {
            let lines = diff.unified.prefix(LineDiff.longest).map(\.text)
            return "\(indent)- \(Markdown.code(field))\n\n"
                + Markdown.block(lines, language: "diff", indent: indent + "  ") + "\n"
        }
        guard let values = shortValues else {
            return "\(indent)- \(Markdown.code(field)) differs in what is masked\n"
        }
        let (before, after) = (Markdown.code(values.observed), Markdown.code(values.desired))
        return "\(indent)- \(Markdown.code(field)): \(before) → \(after)\n"
    }
}

extension DriftEntry {
    /// `by alice and bob: put back 3 times since 5 min ago, next try at 2026-11-22 21:03:07 UTC`.
    public func contestWords(at now: Timestamp) -> String? {
        guard isOpen, let contest else { return nil }
        let next = contest.heldUntil > now ? ", next try at \(contest.heldUntil.secondText) UTC" : ""
        let past = "put back \(contest.repairs) times since \(contest.since.age(at: now))"
        return "by \(contest.people): \(past)\(next)"
    }

    /// `open for 5 min`, `repaired after 3 s in run 12`, `gone, not by this host, after 3 s`.
    func ending(at now: Timestamp) -> String {
        guard let resolution else { return "open for \(duration(at: now))" }
        return "\(resolution.words) after \(duration(at: now))" + (closedBy.map { " in run \($0)" } ?? "")
    }
}
