import ClusterModel
import Reporting

extension SnapshotPage {
    /// What is not as it should be, and why it stays so.
    var work: HTML {
        let totals = snapshot.totals
        if totals.drift + totals.blocked + totals.stalled == 0 {
            guard snapshot.observedAt != nil else { return .empty }
            return "<section><h2>Drift</h2><p class=\"quiet\">Everything is as the manifest says.</p></section>\n"
        }
        return HTML([drift, blocked, stalled])
    }

    private var drift: HTML {
        section("Drift", total: snapshot.totals.drift, shown: snapshot.drift) { item in
            let fields = item.fields ?? []
            let values = HTML.each(fields) { field in
                """
                <li><code>\(field.field)</code> <del>\(short(field.observed))</del> → <ins>\(short(field.desired))</ins></li>
                """
            }
            let list: HTML = fields.isEmpty ? .empty : "<ul>\(values)</ul>"
            return "<li><b>\(item.resource)</b> <span class=\"mark warn\">\(item.difference)</span>\(list)</li>\n"
        }
    }

    private var blocked: HTML {
        section("Blocked", total: snapshot.totals.blocked, shown: snapshot.blocked) { item in
            """
            <li><b>\(item.resource)</b> <span class="mark">\(item.guard)</span><p>\(item.reason)</p></li>

            """
        }
    }

    private var stalled: HTML {
        section("Stalled", total: snapshot.totals.stalled, shown: snapshot.stalled) { item in
            let since = item.since.map { " · for " + age($0).replacing(" ago", with: "") } ?? ""
            return """
                <li><b>\(item.resource)</b><p>\(item.message)<span class="quiet">\(since)</span></p></li>

                """
        }
    }

    /// The first 50 items of a list, and how many there are.
    private func section<Item>(_ title: String, total: Int, shown: [Item], _ row: (Item) -> HTML) -> HTML {
        guard total > 0 else { return .empty }
        let first = shown.prefix(50)
        let rest: HTML = total > first.count ? "<p class=\"quiet\">and \(total - first.count) more</p>" : .empty
        return """
            <section><h2>\(title) <span class="count">\(total)</span></h2>
            <ul class="items">
            \(HTML.each(first, row))</ul>\(rest)</section>

            """
    }

    /// A value on one line, cut where it is long.
    private func short(_ value: JSONValue?) -> String {
        guard let value else { return "absent" }
        let text = value.description
        return text.count > 120 ? text.prefix(119) + "…" : text
    }
}
