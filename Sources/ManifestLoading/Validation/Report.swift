import ClusterModel
import ResourceKinds

/// The problems found so far. One list for a whole load.
struct Report {
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var errorCount = 0
    private var omitted = Omitted()

    private struct Omitted {
        private(set) var errors = 0
        private(set) var warnings = 0
        private(set) var first: Diagnostic?

        mutating func append(_ diagnostic: Diagnostic) {
            if diagnostic.severity == .error { errors += 1 } else { warnings += 1 }
            // An error must stay one, or a manifest that has any would seem to be valid.
            if first == nil || first?.severity == .warning && diagnostic.severity == .error { first = diagnostic }
        }
    }
    /// Looking for the nearest word costs more than anything else, so a file full of errors gets no more of them.
    private var suggestionsLeft = 50
    /// More than anybody reads, and little enough to keep.
    static let maximumCount = 1000

    mutating func error(_ position: SourcePosition, _ message: String) {
        add(Diagnostic(.error, at: position, message))
    }

    mutating func warning(_ position: SourcePosition, _ message: String) {
        add(Diagnostic(.warning, at: position, message))
    }

    mutating func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errorCount += 1 }
        if diagnostics.count < Self.maximumCount { diagnostics.append(diagnostic) } else { omitted.append(diagnostic) }
    }

    /// `; did you mean …?` where a word is near.
    mutating func suggestion(for word: String, among candidates: some Collection<String>) -> String? {
        guard suggestionsLeft > 0 else { return nil }
        suggestionsLeft -= 1
        return nearestWord(to: word, among: candidates.prefix(2000)).map { "; did you mean \($0.printable)?" }
    }

    /// By position, each once; at the end, how many there are beyond the most that are kept.
    var sorted: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let sorted = diagnostics.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element).filter { seen.insert($0).inserted }
        guard let first = omitted.first else { return sorted }
        let rest =
            "there are \(omitted.errors) more errors and \(omitted.warnings) more warnings; mend the first \(sorted.count) before them"
        return sorted + [Diagnostic(first.severity, at: first.position, rest)]
    }
}

extension String {
    /// The text as it may stand in an error: printable, in quotes, not too long.
    var quoted: String {
        let text = unicodeScalars.count > 60 ? String(String.UnicodeScalarView(unicodeScalars.prefix(60))) + "…" : self
        return "“\(text.printable)”"
    }
}
