import ClusterModel
import Foundation
import HostAccess
import TestSupport
import Testing

@testable import StatusServer

/// Holds docs/status-api.md against the program.
@Suite("The reference of a host's status")
struct StatusReferenceTests {
    /// Members whose own members are names of things, not words of the format.
    private static let open = [
        "node.cluster.partitions", "node.cluster.links", "runs.byResult", "drift[].fields[].observed",
        "drift[].fields[].desired",
    ]

    @Test("names every member of the JSON, and no other")
    func members() throws {
        var paths: Set<String> = []
        for snapshot in [Examples.broker, Examples.proxy, Examples.hostile] {
            try Self.collect("", JSONValue(parsing: Array(SnapshotJSON.text(snapshot).utf8)), into: &paths)
        }
        #expect(try Set(Self.rows("## The JSON of").map { $0[0] }) == paths)
    }

    @Test("names every metric with its type, its labels and what it says, in their order")
    func metrics() throws {
        let expected = MetricFamily.all.map { family in
            [family.name, family.kind.rawValue, family.labels.joined(separator: ", "), family.help]
        }
        #expect(try Self.rows("## Metrics") == expected)
    }

    @Test("names every path")
    func paths() throws { #expect(try Self.rows("## Pages").map { $0[0] } == Pages.paths) }

    @Test("gives the lines that HAProxy is told")
    func lines() throws {
        for row in try Self.rows("## The agent-check") {
            let word = try #require(AgentAnswer.Word(rawValue: row[0]))
            #expect(AgentAnswer(word, reason: "REASON").line == row[1] + "\n")
        }
        #expect(try Self.rows("## The agent-check").count == AgentAnswer.Word.allCases.count - 1)
    }

    @Test("states the limits that are in force")
    func limits() throws {
        let limits = ServerLimits()
        let text = try Self.text().replacing("\n", with: " ")
        #expect(limits.requestTime == .seconds(5) && text.contains("has 5 s for its request"))
        #expect(limits.connectionTime == .seconds(15) && text.contains("and 15 s in all"))
        #expect(limits.headerBytes == 16 << 10 && text.contains("may have 16 KiB"))
        #expect(limits.connections == 64 && text.contains("64 connections are served at once"))
        #expect(HostSnapshot.listLimit == 200 && text.contains("hold the first 200 of each"))
    }

    private static func collect(_ path: String, _ value: JSONValue, into paths: inout Set<String>) {
        switch value {
        case .object(let members) where !open.contains(path):
            for (name, member) in members { collect(path.isEmpty ? name : "\(path).\(name)", member, into: &paths) }
        case .array(let values) where !open.contains(path) && path != "roles":
            for value in values { collect(path + "[]", value, into: &paths) }
        default: paths.insert(path)
        }
    }

    private static func text() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/status-api.md"), encoding: .utf8)
    }

    /// The cells of the table below a heading, without quotes, its two head lines left out.
    private static func rows(_ heading: String) throws -> [[String]] {
        let lines = try text().split(separator: "\n").drop { !$0.hasPrefix(heading) }.dropFirst()
        let table = lines.prefix { !$0.hasPrefix("#") }.filter { $0.hasPrefix("|") }.dropFirst(2)
        return table.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
                $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces)
            }
        }
    }
}
