import ClusterModel
import Reporting

@testable import Planning

/// Reports for the tests.
enum Reports {
    static let now = Timestamp(iso8601: "2026-11-22T21:03:07.250Z") ?? Timestamp(milliseconds: 0)

    static func ago(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: now.milliseconds - seconds * 1000) }

    static let file = FieldChange(
        field: "contents",
        observed: .string((1...12).map { "line \($0)\n" }.joined().replacing("line 5\n", with: "maxconn 1\n")),
        desired: .string((1...12).map { "line \($0)\n" }.joined()))

    private static let contested: DriftEntry = {
        var entry = DriftEntry(
            ResourceID("queue", vhost: "orders", name: "work"), word: "changed",
            changes: [FieldChange(field: "type", observed: "classic", desired: "quorum")], author: "carol",
            openedAt: ago(7300), openedBy: 3)
        entry.authorAt = ago(7301)
        entry.contest = Contest(
            repairs: 4, authors: ["bob", "carol"], since: ago(9000),
            heldUntil: Timestamp(milliseconds: now.milliseconds + 60_000))
        return entry
    }()

    static let usual = DriftReport(
        now: now, cluster: "orders", host: "mq1", since: ago(86_400),
        open: .init([contested]),
        closed: .init([
            DriftEntry(
                ResourceID("policy", vhost: "orders", name: "ha-all"), word: "changed",
                changes: [FieldChange(field: "priority", observed: 7, desired: 0)], author: "alice",
                openedAt: ago(3600), openedBy: 11, closedAt: ago(3597), closedBy: 11, resolution: .repaired),
            DriftEntry(
                ResourceID("file", name: "/etc/haproxy/haproxy.cfg"), word: "changed", changes: [file],
                openedAt: ago(50_000), openedBy: 8, closedAt: ago(49_998), closedBy: 8, resolution: .repaired),
            DriftEntry(
                ResourceID("user", name: "app"), word: "missing", author: "bob", openedAt: ago(80_000),
                closedAt: ago(70_000), resolution: .vanished),
        ]),
        unmanaged: [ResourceID("queue", vhost: "orders", name: "tmp")], observedAt: ago(12))

    /// Every text that others write is an attack.
    static let hostile: DriftReport = {
        let attacks = [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'--></style><script>", "```\n# title",
            "`<b>`", "a|b", "[x](javascript:alert(1))", "@everyone #1", "\u{202E}gnp", "</details><!--", "~~~",
            "``` ```` `````", "\n\n<script>\n",
        ]
        let entries = attacks.map { text in
            DriftEntry(
                ResourceID("policy", vhost: text, name: text), word: "changed",
                changes: [
                    FieldChange(field: text, observed: .string(text), desired: .object([text: .string(text)])),
                    FieldChange(field: "contents", observed: .string("a\n\(text)\n"), desired: .string("b\n\(text)\n")),
                ], author: text, openedAt: ago(60))
        }
        return DriftReport(
            now: now, cluster: attacks[0], host: attacks[1],
            filter: DriftFilter(kinds: ["policy"], vhost: attacks[2], author: attacks[3], resource: attacks[4]),
            open: .init(entries), closed: .init([]), unmanaged: entries.map(\.resource), unknownReason: attacks[0])
    }()
}
