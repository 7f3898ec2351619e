import ClusterModel
import Reporting
import Testing

@testable import Commands

@Suite struct LineDiffTests {
    @Test("One line of many: itself, its neighbours, and where it is")
    func oneLine() throws {
        let before = (1...20).map { "line \($0)\n" }.joined()
        let diff = try #require(LineDiff(from: before, to: before.replacing("line 10\n", with: "line ten\n")))
        #expect(
            diff.lines == [
                .at(8), .same("line 8"), .same("line 9"), .removed("line 10"), .added("line ten"), .same("line 11"),
                .same("line 12"),
            ])
    }

    @Test("Of a file that is absent every line is added, of an empty one every line removed")
    func wholeFile() throws {
        #expect(try #require(LineDiff(from: "", to: "a\nb\n")).lines == [.at(1), .added("a"), .added("b")])
        #expect(try #require(LineDiff(from: "a\n", to: "")).lines == [.at(1), .removed("a")])
    }

    @Test("Either text comes back from a diff with all its lines")
    func roundTrip() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let texts = (0..<2).map { _ in
                (0..<Int.random(in: 0...12, using: &random)).map { _ in "line \(Int.random(in: 0...3))" }
            }
            let joined = texts.map { $0.map { $0 + "\n" }.joined() }
            let diff = try #require(LineDiff(from: joined[0], to: joined[1], context: 100))
            var (old, new): ([String], [String]) = ([], [])
            for line in diff.lines {
                switch line {
                case .same(let text): (old, new) = (old + [text], new + [text])
                case .removed(let text): old.append(text)
                case .added(let text): new.append(text)
                case .at: break
                }
            }
            if joined[0] == joined[1] { #expect(diff.lines.isEmpty) } else { #expect([old, new] == texts) }
        }
    }

    @Test("The lines are those of a unified diff, which patch takes")
    func unified() throws {
        let before = (1...20).map { "line \($0)\n" }.joined()
        let after = before.replacing("line 3\n", with: "").replacing("line 17\n", with: "line 17\nline 17a\n")
        let diff = try #require(LineDiff(from: before, to: after)).unified.map(\.text)
        #expect(diff.filter { $0.hasPrefix("@@") } == ["@@ -1,5 +1,4 @@", "@@ -16,4 +15,5 @@"])
        #expect(try #require(LineDiff(from: "", to: "a\n")).unified.map(\.text) == ["@@ -0,0 +1,1 @@", "+a"])
        #expect(try #require(LineDiff(from: "a\n", to: "")).unified.map(\.text) == ["@@ -1,1 +0,0 @@", "-a"])
    }

    @Test("A drift of a file shows the lines that differ; texts that are too long are cut as before")
    func drift() {
        let change = FieldChange(field: "contents", observed: "a\nb\nc\n", desired: "a\nB\nc\n")
        #expect(
            DriftLines.fields([change], Style(isColoured: false), indent: "  ") == """
                  contents
                    @@ -1,3 +1,3 @@
                     a
                    -b
                    +B
                     c

                """)
        let text = String(repeating: "x\n", count: 3_000)
        let long = FieldChange(field: "contents", observed: .string(text), desired: "y\n")
        #expect(DriftLines.fields([long], Style(isColoured: false), indent: "").split(separator: "\n").count == 1)
    }

    @Test("What differs in a mask alone is said, and nothing of it shown")
    func masked() {
        let text = "listen stats\n  stats auth ***\n"
        let change = FieldChange(field: "contents", observed: .string(text), desired: .string(text))
        #expect(DriftLines.fields([change], Style(isColoured: false), indent: "").contains("differs in what is masked"))
    }
}
