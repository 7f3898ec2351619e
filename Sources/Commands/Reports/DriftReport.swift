import ClusterModel
import Reporting

/// The drift report in the form of a command.
struct PrintedDriftReport: DocumentReport {
    let report: DriftReport
    let listsUnmanaged: Bool
    let isFull: Bool

    func text(_ style: Style) -> String {
        var text = ""
        if let reason = report.unknownReason { text += style.bad("unknown now") + ": \(reason.printable)\n" }
        if let observedAt = report.observedAt {
            text += style.faint("As observed \(observedAt.age(at: report.now)).") + "\n"
        }
        let open = report.open
        text += open.total == 0 ? "No open drift.\n" : style.warning("Open drift: \(grouped(open.total))") + "\n"
        text += list(open, style)
        if let closed = report.closed {
            text +=
                closed.total == 0
                ? "Nothing was closed in that time.\n" : "\n" + style.bold("Closed: \(grouped(closed.total))") + "\n"
            text += list(closed, style)
        }
        let unmanaged = report.unmanaged
        guard !unmanaged.isEmpty else { return text }
        text += style.faint("Unmanaged: \(DriftLines.summary(unmanaged))") + "\n"
        if listsUnmanaged { text += unmanaged.map { "  \($0)\n" }.joined() }
        return text
    }

    private func list(_ entries: DriftReport.Entries, _ style: Style) -> String {
        let shown = entries.shown.prefix(isFull ? Int.max : PlanReport.shortLength)
        let rest = entries.total - shown.count
        return shown.map { line($0, style) }.joined()
            + (rest > 0 ? "  … and \(grouped(rest)) more; --full prints them\n" : "")
    }

    private func line(_ entry: DriftEntry, _ style: Style) -> String {
        let now = report.now
        var text = "  \(entry.resource)  \(entry.word)  found \(entry.openedAt.age(at: now))"
        if let author = entry.author {
            text += ", by \(author.printable)"
            if let at = entry.authorAt { text += " \(at.age(at: now))" }
        }
        if let closedAt = entry.closedAt, let resolution = entry.resolution {
            text += ", \(resolution == .repaired ? style.good(resolution.words) : resolution.words) "
            text += closedAt.age(at: now) + " after \(entry.openedAt.duration(until: closedAt))"
            if let run = entry.closedBy { text += " in run \(run)" }
        }
        if let words = entry.contestWords(at: now) {
            text += "\n      " + style.warning("contested") + " \(words.printable)"
        }
        return text + "\n" + DriftLines.fields(entry.changes, style, indent: "      ")
    }

    /// As a file, or in a mail.
    func text(as format: ReportSettings.Format) -> String {
        switch format {
        case .html: html
        case .markdown: markdown
        case .json: json.prettyText + "\n"
        case .text: text(Style(isColoured: false))
        }
    }

    var json: JSONValue { report.json }
    var markdown: String { report.markdown() }
    var html: String { report.html }
}
