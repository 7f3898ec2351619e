import ClusterModel
import Yams

/// Reads the documents of one file.
struct YAMLReader {
    /// Deeper than any manifest, and shallow enough for the small stack of a task.
    static let maximumDepth = 64

    private(set) var documents: [YAMLNode] = []
    private(set) var problems: [Diagnostic] = []
    private let file: String
    private let budget: Int

    init(_ file: SourceFile, budget: Int) {
        self.file = file.path
        self.budget = budget
        switch SourceText.read(file) {
        case .failure(let refusal): problems = [refusal.diagnostic]
        case .success(let text): parse(text)
        }
    }

    private mutating func parse(_ text: SourceText) {
        if let problem = StructureScan.problem(
            in: text.bytes, maximumDepth: Self.maximumDepth, maximumTokens: budget)
        {
            let position = SourcePosition(file: file, line: problem.line, column: problem.column)
            problems = [Diagnostic(.error, at: position, problem.message)]
            return
        }
        var disguise = Disguise(text)
        // Each key that is written twice costs another reading; a large file gets few of them.
        var readingsLeft = max(2, min(64, (2 << 20) / max(1, text.bytes.count)))
        while true {
            readingsLeft -= 1
            switch roots(of: disguise) {
            case .success(let documents):
                self.documents = documents.nodes
                problems = documents.problems
                return
            case .failure(YAMLFailure.duplicateKey(let mark))
            where readingsLeft > 0 && disguise.hideKey(line: mark.line, column: mark.column):
                continue
            case .failure(let failure):
                problems = [failure.diagnostic(in: file, end: text.end)]
                return
            }
        }
    }

    private func roots(of disguise: Disguise) -> Result<(nodes: [YAMLNode], problems: [Diagnostic]), YAMLFailure> {
        do {
            let parser = try Parser(yaml: disguise.text, resolver: .basic, constructor: .default, encoding: .utf8)
            var converter = NodeConverter(file: file, disguise: disguise, budget: budget)
            var documents: [YAMLNode] = []
            while let root = try parser.nextRoot() {
                if let document = converter.document(root) { documents.append(document) }
            }
            // Nodes refer to their anchors weakly; the parser holds them.
            return withExtendedLifetime(parser) { .success((documents, converter.problems)) }
        } catch {
            return .failure(YAMLFailure(error, reveal: disguise.reveal))
        }
    }
}
