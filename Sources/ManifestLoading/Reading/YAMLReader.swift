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
        if let place = NestingScan.firstExcess(in: text.bytes, over: Self.maximumDepth) {
            let position = SourcePosition(file: file, line: place.line, column: place.column)
            problems = [Diagnostic(.error, at: position, NodeConverter.tooDeep)]
            return
        }
        var disguise = Disguise(text)
        while true {
            switch roots(of: disguise) {
            case .success(let documents):
                self.documents = documents.nodes
                problems = documents.problems
                return
            case .failure(YAMLFailure.duplicateKey(let mark)) where disguise.hideKey(line: mark.line, column: mark.column):
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
