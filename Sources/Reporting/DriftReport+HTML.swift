import ClusterModel

extension DriftReport {
    /// One file that needs nothing else: for a phone, a screen and paper.
    public var html: String {
        Page(
            title,
            """
            <header>
            <h1>\(title)</h1>
            <p>\(period)\(filterWords)</p>
            </header>
            <main>
            \(unknown)\(tiles)\(section("Open", open, none: "Everything is as the manifest says."))\(ended)\(rest)
            </main>
            <footer><span>\(footer)</span></footer>
            """
        ).document
    }

    private var filterWords: HTML {
        HTML.each(filter.words) { " · only \($0.name) <b>\($0.value)</b>" }
    }

    private var unknown: HTML {
        unknownReason.map { "<section class=\"alarm\"><b>Unknown now:</b> \($0)</section>\n" } ?? .empty
    }

    private var footer: String {
        let seen = observedAt.map { "observed \($0.secondText) UTC, " } ?? ""
        return "\(seen)written by Warren \(now.secondText) UTC"
    }

    private var tiles: HTML {
        let tone = open.total == 0 ? "good" : "warn"
        var tiles: [HTML] = [tile("Open", grouped(open.total), tone, "not as the manifest says")]
        if let closed {
            tiles.append(tile("Repaired", grouped(closed.repaired), "good", "put back by Warren"))
            tiles.append(tile("Gone", grouped(closed.total - closed.repaired), "plain", "ended without Warren's doing"))
        }
        if let first = authors.first {
            let names = authors.prefix(3).map { "\($0.name) \(grouped($0.count))" }.joined(separator: ", ")
            tiles.append(tile("Authors", grouped(authors.count), "plain", authors.count == 1 ? first.name : names))
        }
        return "<section class=\"tiles figures\" aria-label=\"Figures\">\n\(HTML(tiles))</section>\n"
    }

    private func tile(_ name: String, _ figure: String, _ tone: String, _ words: String) -> HTML {
        "<div class=\"tile \(tone)\"><b>\(name)</b> <em>\(figure)</em>\n<p>\(words)</p></div>\n"
    }

    private var ended: HTML {
        closed.map { section("Ended", $0, none: "Nothing ended in that time.") } ?? .empty
    }

    private func section(_ title: String, _ entries: Entries, none: String) -> HTML {
        guard entries.total > 0 else {
            return "<section><h2>\(title)</h2><p class=\"quiet\">\(none)</p></section>\n"
        }
        let left: HTML = entries.left > 0 ? "<p class=\"quiet\">and \(grouped(entries.left)) more</p>" : .empty
        return """
            <section><h2>\(title) <span class="count">\(grouped(entries.total))</span></h2>
            <ul class="items">
            \(HTML.each(entries.shown, item))</ul>\(left)</section>

            """
    }

    private func item(_ entry: DriftEntry) -> HTML {
        let fields = HTML.each(entry.changes) { "<li>\($0.html)</li>\n" }
        let list: HTML = entry.changes.isEmpty ? .empty : "<ul>\n\(fields)</ul>"
        return """
            <li><b>\("\(entry.resource)")</b> <span class="mark \(entry.tone)">\(entry.word)</span>
            <p><time datetime="\(entry.openedAt.iso8601)">\(entry.openedAt.secondText) UTC</time>\(author(entry)) · \
            \(entry.ending(at: now))</p>\(contest(entry))\(list)</li>

            """
    }

    private func author(_ entry: DriftEntry) -> HTML {
        guard let author = entry.author else { return .empty }
        let time: HTML =
            entry.authorAt.map { " at <time datetime=\"\($0.iso8601)\">\($0.secondText) UTC</time>" } ?? .empty
        return " · caused by <b>\(author)</b>\(time)"
    }

    private func contest(_ entry: DriftEntry) -> HTML {
        entry.contestWords(at: now).map { "<p><span class=\"mark bad\">contested</span> \($0)</p>" } ?? .empty
    }

    private var rest: HTML {
        guard !unmanaged.isEmpty else { return .empty }
        let first = unmanaged.prefix(Self.shortLength)
        let left: HTML =
            unmanaged.count > first.count
            ? "<p class=\"quiet\">and \(grouped(unmanaged.count - first.count)) more</p>" : .empty
        return """
            <section><h2>Unmanaged <span class="count">\(grouped(unmanaged.count))</span></h2>
            <p class="quiet">There, in no manifest, and not Warren's: only reported.</p>
            <ul class="items">
            \(HTML.each(first) { "<li>\("\($0)")</li>\n" })</ul>\(left)</section>

            """
    }
}

extension DriftEntry {
    var tone: String {
        switch resolution {
        case nil: "warn"
        case .repaired: "good"
        case .vanished: "plain"
        }
    }
}

extension FieldChange {
    /// The field with both values, or with the lines that differ.
    var html: HTML {
        if let diff = LineDiff(self) {
            let lines = HTML.each(diff.unified) { $0.line.html($0.text) }
            return "<code>\(field)</code>\n<pre class=\"diff\">\(lines)</pre>"
        }
        guard let values = shortValues else { return "<code>\(field)</code> differs in what is masked" }
        return "<code>\(field)</code> <del>\(values.observed)</del> → <ins>\(values.desired)</ins>"
    }
}

extension LineDiff.Line {
    fileprivate func html(_ text: String) -> HTML {
        switch self {
        case .at: "<i>\(text)</i>\n"
        case .same: "\(text)\n"
        case .removed: "<del>\(text)</del>\n"
        case .added: "<ins>\(text)</ins>\n"
        }
    }
}
