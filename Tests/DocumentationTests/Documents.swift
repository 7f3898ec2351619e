import Foundation

/// The Markdown files of the repository that people read.
enum Documents {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func paths() throws -> [String] {
        let docs = root.appending(path: "docs")
        let found = FileManager.default.enumerator(atPath: docs.path)?.compactMap { $0 as? String } ?? []
        return ["README.md"] + found.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The fenced blocks of one language, with the line on which each begins.
    static func blocks(_ language: String, in path: String) throws -> [(line: Int, text: String)] {
        var blocks: [(line: Int, text: String)] = []
        var open: (language: String, line: Int, lines: [Substring])?
        for (index, line) in try text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    if block.language == language { blocks.append((block.line, block.lines.joined(separator: "\n") + "\n")) }
                    open = nil
                } else {
                    open = (String(line.dropFirst(3)), index + 2, [])
                }
            } else {
                open?.lines.append(line)
            }
        }
        return blocks
    }
}

/// A line as a shell takes it apart: words, quotes and what stands before a redirection. Nothing is expanded.
func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
        if let open = quote {
            if character == open { quote = nil } else { word = (word ?? "") + String(character) }
        } else if character == "'" || character == "\"" {
            quote = character
            word = word ?? ""
        } else if character == " " {
            if let done = word { words.append(done) }
            word = nil
        } else {
            word = (word ?? "") + String(character)
        }
    }
    if let last = word { words.append(last) }
    return words.firstIndex { [">", "|", "&&", "#"].contains($0) }.map { Array(words[..<$0]) } ?? words
}
