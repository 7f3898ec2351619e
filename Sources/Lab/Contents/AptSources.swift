/// The archives that a machine's own apt takes packages from, in either of apt's notations.
public struct AptSources: Sendable, Hashable {
    public struct Source: Sendable, Hashable {
        public let uri: String
        public let suites: [String]
    }

    public private(set) var sources: [Source] = []

    /// - Parameters:
    ///   - deb822: the texts of `*.sources`.
    ///   - lists: the texts of `*.list`.
    public init(deb822: [String] = [], lists: [String] = []) {
        for text in deb822 { sources += Self.stanzas(text) }
        for text in lists { sources += text.split(whereSeparator: \.isNewline).compactMap(Self.line) }
    }

    /// The archive to take a suite from: the one that has it here, else the one that has the machine's own release,
    /// as a Debian archive holds all releases.
    public func archive(of suite: String, machine codename: String?) -> String? {
        let usable = sources.filter { source in ["http://", "https://", "file:"].contains { source.uri.hasPrefix($0) } }
        let chosen = [suite, codename].compactMap { $0 }.lazy.compactMap { name in
            usable.first { $0.suites.contains(name) }
        }
        return chosen.first?.uri
    }

    private static func stanzas(_ text: String) -> [Source] {
        var found: [Source] = []
        var fields: [String: [String]] = [:]
        var name = ""
        func finish() {
            defer { fields = [:] }
            guard fields["types"]?.contains("deb") == true, fields["enabled"] != ["no"] else { return }
            found += (fields["uris"] ?? []).map { Source(uri: $0, suites: fields["suites"] ?? []) }
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) {
                finish()
            } else if line.first == "#" {
                continue
            } else if line.first?.isWhitespace == true {
                fields[name, default: []] += words(line)
            } else if let colon = line.firstIndex(of: ":") {
                name = line[..<colon].lowercased()
                fields[name] = words(line[line.index(after: colon)...])
            }
        }
        finish()
        return found
    }

    /// `deb [options] URI SUITE COMPONENT…`
    private static func line(_ text: Substring) -> Source? {
        var words = words(text.prefix { $0 != "#" })
        guard words.first == "deb" else { return nil }
        words.removeFirst()
        if words.first?.hasPrefix("[") == true {
            guard let end = words.firstIndex(where: { $0.hasSuffix("]") }) else { return nil }
            words.removeSubrange(...end)
        }
        return words.count >= 2 ? Source(uri: words[0], suites: [words[1]]) : nil
    }

    private static func words(_ text: Substring) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
