import ClusterModel
import ResourceKinds

/// The problems found so far. One list for a whole load.
struct Report {
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var errorCount = 0
    /// Looking for the nearest word costs more than anything else, so a file full of errors gets no more of them.
    private var suggestionsLeft = 50

    mutating func error(_ position: SourcePosition, _ message: String) {
        errorCount += 1
        diagnostics.append(Diagnostic(.error, at: position, message))
    }

    mutating func warning(_ position: SourcePosition, _ message: String) {
        diagnostics.append(Diagnostic(.warning, at: position, message))
    }

    mutating func add(_ more: [Diagnostic]) {
        errorCount += more.count { $0.severity == .error }
        diagnostics += more
    }

    /// `; did you mean …?` where a word is near.
    mutating func suggestion(for word: String, among candidates: some Collection<String>) -> String? {
        guard suggestionsLeft > 0 else { return nil }
        suggestionsLeft -= 1
        return nearestWord(to: word, among: candidates.prefix(2000)).map { "; did you mean \($0.printable)?" }
    }

    /// By position, each once.
    var sorted: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return diagnostics.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element).filter { seen.insert($0).inserted }
    }
}

extension String {
    /// The text as it may stand in an error: printable, in quotes, not too long.
    var quoted: String {
        let text = unicodeScalars.count > 60 ? String(String.UnicodeScalarView(unicodeScalars.prefix(60))) + "…" : self
        return "“\(text.printable)”"
    }
}
