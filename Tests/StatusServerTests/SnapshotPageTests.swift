import ClusterModel
import Foundation
import Testing

@testable import StatusServer

@Suite("The page for people")
struct SnapshotPageTests {
    private func page(_ snapshot: HostSnapshot) -> String { SnapshotPage(snapshot, at: Examples.now).document }

    @Test("shows what matters of a broker")
    func broker() {
        let page = page(Examples.broker)
        for text in [
            "<title>mq1 · orders</title>", "suspended until", "3 resources are not as the manifest says",
            "Put back policy orders/ha-all", "<b>policy orders/ha-all</b>", "{&quot;ha-mode&quot;:&quot;exactly&quot;}",
            "it holds 12 messages", "max-length must be an integer", "not running", "does not see rabbit@mq3",
            "ended 12 s ago", "77aa01e5f210",
        ] { #expect(page.contains(text), "\(text)") }
    }

    @Test("shows what matters of a proxy, and says that nothing drifts")
    func proxy() {
        let page = page(Examples.proxy)
        for text in ["held here", "amqp/mq3", "DOWN (agent)", "Everything is as the manifest says."] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test("is well-formed and holds no markup that a name brought", arguments: Examples.all.map(\.name))
    func wellFormed(name: String) throws {
        let snapshot = try #require(Examples.all.first { $0.name == name }).snapshot
        let page = page(snapshot)
        #expect(!page.contains("<script"))
        #expect(!page.contains("\u{1B}") && !page.contains("\u{202E}"))
        #expect(Self.unbalanced(page) == [])
    }

    @Test("loads nothing from elsewhere and runs nothing")
    func selfContained() {
        let page = page(Examples.broker)
        for text in ["http:", "https:", "url(", "@import", "<img", "onload", "javascript"] {
            #expect(!page.contains(text), "\(text)")
        }
    }

    @Test("is complete before anything is known")
    func blank() {
        let page = page(HostSnapshot(host: "mq9"))
        #expect(page.contains("No run has ended yet."))
        #expect(page.contains("no valid manifest"))
        #expect(!page.contains("Everything is as the manifest says."))
    }

    /// The elements that are not closed in the order in which they were opened.
    private static func unbalanced(_ page: String) -> [String] {
        var open: [String] = []
        var problems: [String] = []
        for tag in page.matches(of: /<(\/?)([a-z0-9]+)((?: [a-z-]+(?:="[^"<>]*")?)*)>/) {
            let name = String(tag.2)
            if ["meta", "br"].contains(name) { continue }
            if tag.1.isEmpty {
                open.append(name)
            } else if open.popLast() != name {
                problems.append(name)
            }
        }
        let brackets = page.replacing(/<!doctype html>|<\/?[a-z0-9]+(?: [a-z-]+(?:="[^"<>]*")?)*>/, with: "")
            .replacing(/<style>.*<\/style>/.dotMatchesNewlines(), with: "")
        let stray = brackets.split(separator: "\n").filter { $0.contains("<") }.map(String.init)
        return problems + open + stray
    }
}
