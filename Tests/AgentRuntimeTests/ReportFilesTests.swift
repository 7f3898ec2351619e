import AgentRuntime
import ClusterModel
import HostAccess
import StateStore
import TestSupport
import Testing

@Suite("The drift report as a file")
struct ReportFilesTests {
    private let scratch: ScratchDirectory
    private var folder: String { scratch.path("reports") }
    private let monday: Timestamp

    init() throws {
        scratch = try ScratchDirectory("reports")
        monday = try #require(Timestamp(iso8601: "2026-11-23T00:00:20Z"))
    }

    private func files() throws -> ReportFiles {
        let store = try StateStore.open(path: scratch.path("state.sqlite"), access: .readWrite, at: monday).store
        return ReportFiles(store: store) { report, format in
            format == .json ? report.json.description : report.markdown()
        }
    }

    private func later(_ days: Int64) -> Timestamp { Timestamp(milliseconds: monday.milliseconds + days * 86_400_000) }

    @Test("It is written once for each day, whole, for its owner and group, and a restart writes no second one")
    func once() throws {
        let settings = ReportSettings(every: .daily, directory: folder, format: .json)
        let path = try #require(try files().write(settings, at: monday))
        #expect(path == folder + "/drift-2026-11-22.json")
        #expect(try FileStatus(path).mode == 0o640)
        let report = try JSONValue(parsing: FileContent.read(path))
        #expect(report["since"] == "2026-11-22T00:00:00.000Z" && report["until"] == "2026-11-23T00:00:00.000Z")
        #expect(try files().write(settings, at: monday) == nil)
        #expect(try files().write(settings, at: later(0)) == nil)
        #expect(try files().write(settings, at: later(1)) == folder + "/drift-2026-11-23.json")
        #expect(try Directory.names(folder) == ["drift-2026-11-22.json", "drift-2026-11-23.json"])
    }

    @Test("Days that were missed are told in one report, and as many are kept as asked for")
    func missed() throws {
        let settings = ReportSettings(every: .daily, directory: folder, format: .markdown, keep: 2)
        let files = try files()
        try Directory.make(folder, mode: 0o755)
        try scratch.write("mine", to: "reports/notes.md")
        for day: Int64 in [0, 1, 5] { try files.write(settings, at: later(day)) }
        #expect(
            try Directory.names(folder) == [
                "drift-2026-11-23.md", "drift-2026-11-24-to-2026-11-27.md", "notes.md",
            ])
    }

    @Test("Where the folder can't be written to, the report stays due, and nothing else is lost")
    func unwritable() throws {
        let files = try files()
        try scratch.write("no folder", to: "blocked")
        let blocked = ReportSettings(every: .weekly, directory: scratch.path("blocked/reports"))
        #expect(throws: FileFailure.self) { try files.write(blocked, at: monday) }
        let good = ReportSettings(every: .weekly, directory: folder)
        #expect(try files.write(good, at: monday) == folder + "/drift-2026-11-16-to-2026-11-22.html")
    }
}
