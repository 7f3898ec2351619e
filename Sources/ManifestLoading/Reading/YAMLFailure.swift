import ClusterModel
import Yams

/// Why Yams could not read a text.
enum YAMLFailure: Error {
    case duplicateKey(Mark)
    /// The place of the problem, where what has the problem begins, and the sentence.
    case syntax(Mark?, Mark?, String)

    init(_ error: any Error, reveal: (String) -> String) {
        guard let error = error as? YamlError else {
            self = .syntax(nil, nil, "the YAML can't be read: \(error)")
            return
        }
        switch error {
        case .duplicatedKeysInMapping(_, let context): self = .duplicateKey(context.mark)
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            self = .syntax(
                Self.isAboutStart(problem) ? context?.mark : mark, context?.mark, Self.sentence(problem, context))
        case .reader(let problem, _, _, _): self = .syntax(nil, nil, "the YAML can't be read: \(problem)")
        default: self = .syntax(nil, nil, "the YAML can't be read")
        }
    }

    private static func isAboutStart(_ problem: String) -> Bool {
        problem == "found unexpected end of stream" || problem == "found unexpected document indicator"
            || problem == "did not find expected alphabetic or numeric character"
    }

    /// A problem at the end of the text is told where what is not closed begins.
    func diagnostic(in file: String, end: (line: Int, column: Int)) -> Diagnostic {
        let (mark, start, message): (Mark?, Mark?, String) =
            switch self {
            case .duplicateKey(let mark): (mark, nil, "this key is written twice")
            case .syntax(let mark, let start, let message): (mark, start, message)
            }
        var (line, column) = (mark?.line ?? 1, mark?.column ?? 1)
        if (line, column) > end { (line, column) = start.map { ($0.line, $0.column) } ?? end }
        if (line, column) > end { (line, column) = end }
        return Diagnostic(.error, at: SourcePosition(file: file, line: line, column: column), message)
    }

    /// libyaml has no codes for its problems, only these texts. One that is not here is quoted as it is.
    private static func sentence(_ problem: String, _ context: YamlError.Context?) -> String {
        let start = context.map { " (it begins at \($0.mark.line):\($0.mark.column))" } ?? ""
        switch problem {
        case "found character that cannot start any token":
            return
                "no value starts with this character; indent with spaces, not tabs, and quote a text that starts with @, ` or %"
        case let text where text.hasPrefix("found a tab character"):
            return "a tab can't indent; write spaces"
        case "mapping values are not allowed in this context":
            return "a colon has no place here; indent the key as its neighbours are, or quote a text with “: ” in it"
        case "did not find expected key":
            return "this does not go on with the object\(start); indent its keys alike, and close all quotes"
        case "did not find expected '-' indicator":
            return "this does not go on with the list\(start); begin each entry with - in one column"
        case "did not find expected ',' or ']'":
            return "the list is not closed\(start); write , or ]"
        case "did not find expected ',' or '}'":
            return "the object is not closed\(start); write , or }"
        case "could not find expected ':'":
            return "a key without a colon\(start); write key: value"
        case "found unexpected end of stream", "found unexpected document indicator":
            return "the text in quotes that begins here is not closed"
        case "did not find expected alphabetic or numeric character":
            return "a name must follow & or *; quote a text that starts with one of them"
        case "did not find expected node content":
            return "a value is missing here"
        case "did not find expected <document start>":
            return "a document has ended here; write --- before the next one"
        case "block sequence entries are not allowed in this context":
            return "a list has no place here; begin it in a line of its own"
        case "found unknown escape character":
            return "no such escape; in double quotes write \\\\ for a backslash, or use single quotes"
        default:
            return "this is no valid YAML: \(problem)\(start)"
        }
    }
}
