import ClusterModel
import Reporting

/// A snapshot as one self-contained page: no script, no image, nothing from elsewhere.
struct SnapshotPage {
    let snapshot: HostSnapshot
    let now: Timestamp

    init(_ snapshot: HostSnapshot, at now: Timestamp) {
        self.snapshot = snapshot
        self.now = now
    }

    var document: String {
        let title = snapshot.cluster.map { "\(snapshot.host) · \($0)" } ?? snapshot.host
        return Page(
            title, refreshSeconds: 15,
            """
            \(header)
            <main>
            \(suspensions)\(conditions)\(lastRun)\(work)\(members)\(node)\(proxy)\(about)
            </main>
            <footer><a href="/v1/status">JSON</a> <a href="/metrics">Metrics</a> <a href="/healthz">Health</a>
            <a href="/readyz">Readiness</a><span>read only, refreshed every 15 s</span></footer>
            """
        ).document
    }

    private var header: HTML {
        var marks: [HTML] = []
        if snapshot.mode == .observe { marks.append("<span class=\"mark warn\">observing only</span>") }
        if let until = snapshot.suspendedUntil, now < until {
            marks.append("<span class=\"mark bad\">suspended until \(time(until))</span>")
        }
        if !snapshot.observedKinds.isEmpty {
            let keys = snapshot.observedKinds.joined(separator: ", ")
            marks.append("<span class=\"mark warn\">observing only \(keys)</span>")
        }
        if snapshot.lead?.host == snapshot.host { marks.append("<span class=\"mark\">lead</span>") }
        let cluster = snapshot.cluster.map { "cluster \($0)" } ?? "no valid manifest"
        return """
            <header>
            <h1>\(snapshot.host)</h1>
            <p>\(cluster) · \(snapshot.roles.joined(separator: ", ")) \(HTML(marks))</p>
            </header>
            """
    }

    private var suspensions: HTML {
        HTML.each(snapshot.suspensions.active(at: now)) { suspension in
            "<section class=\"alarm\"><b>Nothing is changed:</b> \(suspension.sentence)</section>\n"
        }
    }

    private var conditions: HTML {
        guard !snapshot.conditions.isEmpty else { return .empty }
        return """
            <section class="tiles" aria-label="Conditions">
            \(HTML.each(snapshot.conditions) { condition in
                """
                <div class="tile \(tone(condition.status))"><b>\(condition.name)</b> <em>\(word(condition.status))</em>
                <p>\(condition.message ?? condition.reason)</p></div>

                """
            })</section>
            """
    }

    private var lastRun: HTML {
        guard let run = snapshot.lastRun else {
            return "<section><h2>Last run</h2><p class=\"quiet\">No run has ended yet.</p></section>\n"
        }
        let tone = ["converged": "good", "failed": "bad"][run.result] ?? "warn"
        let seconds = "\((run.seconds * 10).rounded() / 10) s"
        return """
            <section><h2>Last run</h2>
            <p class="sentence"><span class="mark \(tone)">\(run.result)</span> \(run.sentence)</p>
            <p class="quiet">Run \(run.id) · \(run.cause) · took \(seconds) · ended \(age(run.at))</p></section>

            """
    }

    private var about: HTML {
        let rows: [(String, String?)] = [
            ("Manifest applied", snapshot.revision.applied),
            (
                "Manifest attempted",
                snapshot.revision.attempted == snapshot.revision.applied ? nil : snapshot.revision.attempted
            ),
            ("Lead", snapshot.lead.map { lead in lead.host + (lead.generation.map { ", generation \($0)" } ?? "") }),
            ("Observed", snapshot.observedAt.map(age)), ("Agent started", snapshot.startedAt.map(age)),
            ("Runs since then", String(snapshot.runs.byResult.values.reduce(0, +))),
            ("Warren", snapshot.warrenVersion),
        ]
        return "<section><h2>Agent</h2>\(facts(rows))</section>\n"
    }

    /// Names with their values; those without a value are left out.
    func facts(_ rows: [(String, String?)]) -> HTML {
        let known = rows.compactMap { row in row.1.map { (row.0, $0) } }
        return "<dl>\(HTML.each(known) { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl>"
    }

    func time(_ moment: Timestamp) -> HTML {
        "<time datetime=\"\(moment.iso8601)\">\(moment.iso8601.prefix(16).replacing("T", with: " ") + " UTC")</time>"
    }

    /// `12 s ago`, `3 min ago`.
    func age(_ moment: Timestamp) -> String {
        let seconds = Int(max(0, now.seconds(since: moment)))
        return switch seconds {
        case ..<120: "\(seconds) s ago"
        case ..<7200: "\(seconds / 60) min ago"
        case ..<172_800: "\(seconds / 3600) h ago"
        default: "\(seconds / 86_400) days ago"
        }
    }

    private func tone(_ status: HostSnapshot.ConditionState.Status) -> String {
        switch status {
        case .true: "good"
        case .false: "bad"
        case .unknown: "warn"
        }
    }

    private func word(_ status: HostSnapshot.ConditionState.Status) -> String {
        switch status {
        case .true: "yes"
        case .false: "no"
        case .unknown: "unknown"
        }
    }
}
