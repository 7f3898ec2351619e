import ClusterModel

/// Text of others inside Markdown. All of it goes into code, where no reader of Markdown takes a word for markup, for a
/// link, or for the name of a person who is to be told.
public enum Markdown {
    /// The text as code within a line. Control characters are shown, so that it is one line.
    public static func code(_ text: String) -> String {
        let shown = text.printable
        guard !shown.allSatisfy({ $0 == " " }) else { return "(empty)" }
        let fence = String(repeating: "`", count: longestRun(in: shown) + 1)
        let pad = shown.hasPrefix("`") || shown.hasSuffix("`") ? " " : ""
        return fence + pad + shown + pad + fence
    }

    /// The text as code within a cell of a table, where a bar ends the cell, in code too.
    public static func cell(_ text: String) -> String { code(text).replacing("|", with: "\\|") }

    /// Lines as a block of code, that none of them can end.
    ///
    /// - Parameter indent: how far the item of a list is indented that it belongs to.
    public static func block(_ lines: [String], language: String, indent: String = "") -> String {
        let shown = lines.map(\.printable)
        let fence = String(repeating: "`", count: max(3, (shown.map(longestRun).max() ?? 0) + 1))
        return ([fence + language] + shown + [fence]).map { indent + $0 + "\n" }.joined()
    }

    private static func longestRun(in text: String) -> Int {
        var (longest, run) = (0, 0)
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}

/// Markdown that does not get longer than where it is put may hold: a comment of GitHub holds 65,536 characters.
public struct BoundedText {
    public private(set) var text: String
    private let limit: Int
    private var left = 0

    /// - Parameter limit: how many characters; what is added beyond is counted and left out.
    public init(_ text: String, limit: Int) {
        self.text = text
        self.limit = limit
    }

    /// Adds an item whole, or not at all.
    public mutating func add(_ item: String) {
        if left == 0, text.count + item.count <= limit { text += item } else { left += 1 }
    }

    /// Ends a list, and says how many of its items were left out.
    public mutating func endList() {
        if left > 0 { text += "\n… and \(grouped(left)) more.\n" }
        left = 0
    }
}
