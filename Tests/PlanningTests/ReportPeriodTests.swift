import ClusterModel
import Planning
import Testing

@Suite("When a report is written")
struct ReportPeriodTests {
    private func at(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    private func due(_ every: ReportSettings.Period, last: String?, now: String) throws -> [String]? {
        let period = ReportPeriod.due(every, last: try last.map(at), now: try at(now))
        return period.map { [$0.from.iso8601, $0.until.iso8601, $0.fileName(.html)] }
    }

    @Test("The first one tells of the day, or the week from Monday, that ended last")
    func first() throws {
        #expect(
            try due(.daily, last: nil, now: "2026-11-23T00:00:00Z") == [
                "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z", "drift-2026-11-22.html",
            ])
        // The 22nd is a Sunday.
        #expect(
            try due(.weekly, last: nil, now: "2026-11-22T23:59:59Z") == [
                "2026-11-09T00:00:00.000Z", "2026-11-16T00:00:00.000Z", "drift-2026-11-09-to-2026-11-15.html",
            ])
        #expect(try due(.weekly, last: nil, now: "2026-11-23T00:00:00Z")?[1] == "2026-11-23T00:00:00.000Z")
    }

    @Test("Each day and each week is told once, and what was missed in one report")
    func once() throws {
        let noon = "2026-11-23T12:00:00Z"
        #expect(try due(.daily, last: "2026-11-23T00:00:00Z", now: noon) == nil)
        #expect(
            try due(.daily, last: "2026-11-19T00:00:00Z", now: noon) == [
                "2026-11-19T00:00:00.000Z", "2026-11-23T00:00:00.000Z", "drift-2026-11-19-to-2026-11-22.html",
            ])
        #expect(try due(.weekly, last: "2026-11-23T00:00:00Z", now: "2026-11-29T23:00:00Z") == nil)
        // From daily to weekly: what no daily report told.
        #expect(
            try due(.weekly, last: "2026-11-25T00:00:00Z", now: "2026-11-30T00:00:00Z")?[2]
                == "drift-2026-11-25-to-2026-11-29.html")
    }

    @Test("A report that a wrong clock dated into the future stops none")
    func clock() throws {
        #expect(
            try due(.daily, last: "2027-01-01T00:00:00Z", now: "2026-11-23T12:00:00Z")?[2] == "drift-2026-11-22.html")
    }

    @Test("Only reports of the same format are removed, the oldest")
    func outdated() {
        let names = [
            "drift-2026-11-20.html", "drift-2026-11-22.html", "drift-2026-11-21.html", "drift-2026-11-19.json",
            "drift-2026-11-01-to-2026-11-07.html", "drift-notes.html", "drift-2026-11-18.html.bak", "passwd",
        ]
        #expect(
            ReportPeriod.outdated(names, ReportSettings(every: .daily, keep: 2))
                == ["drift-2026-11-01-to-2026-11-07.html", "drift-2026-11-20.html"])
        #expect(ReportPeriod.outdated([], ReportSettings(every: .daily, keep: 1)) == [])
    }
}
