import ClusterModel
import Foundation
import FoundationXML
import Reporting
import TestSupport
import Testing

@Suite("The drift report") struct DriftReportTests {
    @Test("says what is open, what was repaired, since when, for how long, by whom and in which run")
    func tellsAll() throws {
        for text in [Reports.usual.html, Reports.usual.markdown()] {
            for words in [
                "queue orders/work", "open for 2 h", "carol", "2026-11-22 19:01:26 UTC", "contested",
                "by bob and carol: put back 4 times since 2 h ago, next try at 2026-11-22 21:04:07 UTC",
                "policy orders/ha-all", "2026-11-22 20:03:07 UTC", "alice",
                "repaired after 3.0 s in run 11", "gone, not by this host, after 2 h", "@@ -3,5 +3,5 @@", "-maxconn 1",
                "+line 5",
                "2026-11-21 21:03 to 2026-11-22 21:03 UTC",
            ] { #expect(text.contains(words), "\(words) is missing") }
        }
        let json = Reports.usual.json
        let repaired = try #require(json["closed"]?.array?.first)
        #expect(repaired["author"] == "alice")
        #expect(repaired["closedBy"] == 11)
        #expect(repaired["seconds"] == 3)
        #expect(json["repairedTotal"] == 2)
        #expect(json["closed"]?.array?[1]["fields"]?.array?[0]["diff"]?.string?.contains("@@ -3,5 +3,5 @@") == true)
    }

    @Test("Names of others are no markup: a policy called <script> is harmless on the page")
    func hostilePage() throws {
        let page = Reports.hostile.html
        #expect(!page.contains("<script") && !page.contains("<img") && !page.contains("<!--"))
        #expect(!page.contains("\u{202E}"))
        #expect(page.contains("&lt;script&gt;"))
        // Whatever is in the texts, the page is as well-formed as XML.
        let body = try #require(page.firstRange(of: "<body>")).lowerBound
        let end = try #require(page.firstRange(of: "</html>")).lowerBound
        let parser = XMLParser(data: Data(page[body..<end].utf8))
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    }

    @Test("In Markdown every text of others is inside of code")
    func hostileMarkdown() {
        let text = Reports.hostile.markdown()
        let outside = MarkdownText.outsideOfCode(text)
        for trace in ["<", "@everyone", "javascript", "|", "~~~", "\u{202E}"] {
            #expect(!outside.contains(trace), "\(trace) is outside of code")
        }
        #expect(text.contains("<script>"), "it is there, as code")
    }

    @Test("Markdown keeps within what a comment holds, and says what it left out")
    func bounded() {
        let entries = (0..<5000).map { number in
            DriftEntry(
                ResourceID("policy", vhost: "orders", name: "p\(number)"), word: "missing", openedAt: Reports.ago(60))
        }
        let text = DriftReport(now: Reports.now, open: .init(entries)).markdown(limit: 10_000)
        #expect(text.count < 10_200)
        #expect(text.contains("policy orders/p0`") && text.contains("more."))
        #expect(text.contains("5,000 open"))
    }

    @Test("The page loads nothing and runs nothing, and is made for a phone, for the dark and for paper")
    func selfContained() {
        let page = Reports.usual.html
        for trace in ["src=", "href=", "@import", "url(", "http", "onload", "<link"] { #expect(!page.contains(trace)) }
        for words in ["width=device-width", "prefers-color-scheme:dark", "@media print"] {
            #expect(page.contains(words))
        }
    }
}

@Suite("Which drift is told of") struct DriftFilterTests {
    @Test("By kind, vhost, author and a pattern of the resource, all of which have to fit")
    func matches() {
        let id = ResourceID("policy", vhost: "orders", name: "ha-all")
        #expect(DriftFilter().matches(id, author: nil))
        #expect(DriftFilter(kinds: ["policy", "user"], vhost: "orders").matches(id, author: nil))
        #expect(!DriftFilter(kinds: ["user"]).matches(id, author: nil))
        #expect(!DriftFilter(vhost: "other").matches(ResourceID("user", name: "app"), author: nil))
        #expect(DriftFilter(author: "alice").matches(id, author: "alice"))
        #expect(!DriftFilter(author: "alice").matches(id, author: nil))
        #expect(DriftFilter(resource: "policy orders/ha-*").matches(id, author: nil))
        #expect(DriftFilter(resource: "orders/*").matches(id, author: nil))
        #expect(!DriftFilter(resource: "policy other/*").matches(id, author: nil))
        #expect(!DriftFilter(kinds: ["policy"], author: "bob").matches(id, author: "alice"))
    }
}
