import ClusterModel

extension LineDiff {
    /// What differs in a field whose values are texts of several lines, such as the contents of a file; nil where they
    /// are none, are too long, or differ only in what is masked.
    public init?(_ change: FieldChange) {
        guard let after = change.desired?.string, change.observed != change.desired,
            let before = change.observed.map(\.string) ?? "",
            before.contains("\n") || after.contains("\n")
        else { return nil }
        self.init(from: before, to: after)
    }

    /// The lines of a unified diff, without the names of files: `@@ -3,4 +3,5 @@`, ` same`, `-removed`, `+added`.
    public var unified: [(line: Line, text: String)] {
        var result: [(line: Line, text: String)] = []
        var shift = 0
        for (index, line) in lines.enumerated() {
            switch line {
            case .at(let number):
                let hunk = lines[(index + 1)...].prefix { if case .at = $0 { false } else { true } }
                let removed = hunk.count { if case .removed = $0 { true } else { false } }
                let added = hunk.count { if case .added = $0 { true } else { false } }
                let (old, new) = (hunk.count - added, hunk.count - removed)
                let ranges = "-\(Self.range(number - shift, old)) +\(Self.range(number, new))"
                result.append((line, "@@ \(ranges) @@"))
                shift += added - removed
            case .same(let text): result.append((line, " " + text))
            case .removed(let text): result.append((line, "-" + text))
            case .added(let text): result.append((line, "+" + text))
            }
        }
        return result
    }

    /// An empty range is said to begin before its place.
    private static func range(_ start: Int, _ count: Int) -> String { "\(count == 0 ? start - 1 : start),\(count)" }
}
