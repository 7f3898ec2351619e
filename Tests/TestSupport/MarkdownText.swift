/// What a reader of Markdown sees as markup.
public enum MarkdownText {
    /// The text without fenced blocks and code spans, as CommonMark finds them.
    public static func outsideOfCode(_ text: String) -> String {
        var (rest, fence): (String, String?) = ("", nil)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " }
            let run = String(trimmed.prefix { $0 == "`" })
            if let open = fence {
                if run.count >= open.count, run.count == trimmed.count { fence = nil }
            } else if run.count >= 3, !trimmed.dropFirst(run.count).contains("`") {
                fence = run
            } else {
                rest += withoutSpans(String(line)) + "\n"
            }
        }
        return rest + (fence == nil ? "" : "<a block that nothing ends>")
    }

    private static func withoutSpans(_ line: String) -> String {
        var (result, rest) = ("", Substring(line))
        while let tick = rest.firstIndex(of: "`") {
            result += rest[..<tick]
            let run = rest[tick...].prefix { $0 == "`" }
            var search = rest[run.endIndex...]
            var end: Substring.Index?
            while let next = search.firstIndex(of: "`") {
                let other = search[next...].prefix { $0 == "`" }
                search = search[other.endIndex...]
                if other.count == run.count {
                    end = other.endIndex
                    break
                }
            }
            rest = end.map { rest[$0...] } ?? rest[run.endIndex...]
            if end == nil { result += run }
        }
        return result + rest
    }
}
