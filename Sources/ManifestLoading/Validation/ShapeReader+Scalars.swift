import ClusterModel

extension ShapeReader {
    mutating func readScalar(_ node: YAMLNode, as shape: Shape, _ name: String) -> Located? {
        guard case .scalar(let text, let isPlain) = node.content else { return mismatch(node, name, shape.wanted) }
        if node.isNull {
            let hint = shape.isText ? "write \"\" for an empty text" : "write \(shape.wanted)"
            report.error(node.position, "\(name) is empty; \(hint), or leave the key out")
            return nil
        }
        let result: Result<JSONValue, PlainScalar.Complaint> =
            switch shape {
            case .string(let maximum, let allowsEmpty): Self.string(text, maximum, allowsEmpty)
            case .regularExpression: Self.regularExpression(text)
            case .integer(let range): Self.integer(text, isPlain, range)
            case .number(let range): Self.number(text, isPlain, range)
            case .boolean: Self.boolean(text, isPlain)
            case .choice(let words): choice(text, words)
            case .duration:
                DurationText.milliseconds(text) == nil
                    ? .failure(
                        .init("is no duration; write a whole number and a unit, such as 500ms, 10s, 5m, 3h or 2d"))
                    : .success(.string(text))
            default: .success(.string(text))
            }
        switch result {
        case .success(let value): return Located(.scalar(value), at: node.position)
        case .failure(let complaint):
            report.error(node.position, "\(name) \(complaint.message)")
            return nil
        }
    }

    private typealias Reading = Result<JSONValue, PlainScalar.Complaint>

    private static func string(_ text: String, _ maximum: Int, _ allowsEmpty: Bool) -> Reading {
        if text.isEmpty, !allowsEmpty { return .failure(.init("must not be empty")) }
        let count = text.utf8.count
        if count > maximum {
            return .failure(.init("has \(count) bytes; write at most \(maximum)"))
        }
        if text.utf8.contains(0) { return .failure(.init("holds a NUL character; write it without")) }
        return .success(.string(text))
    }

    private static func regularExpression(_ text: String) -> Reading {
        if case .failure(let complaint) = string(text, 65_536, true) { return .failure(complaint) }
        if let problem = RegularExpressionSyntax.problem(in: text) {
            return .failure(.init("is no regular expression: \(problem)"))
        }
        return .success(.string(text))
    }

    private static func integer(_ text: String, _ isPlain: Bool, _ range: ClosedRange<Int>) -> Reading {
        let wanted = range.wanted("a whole number")
        guard isPlain else { return .failure(.init("must be \(wanted) without quotes")) }
        switch PlainScalar.integer(text) {
        case .success(let value) where range.contains(value): return .success(.integer(value))
        case .failure(.spelling(let instead)): return .failure(.init("must be \(wanted): \(text) \(instead)"))
        default: return .failure(.init("must be \(wanted), not \(text.quoted)"))
        }
    }

    private static func number(_ text: String, _ isPlain: Bool, _ range: ClosedRange<Double>) -> Reading {
        let wanted = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard isPlain, PlainScalar.isDecimal(text), let value = Double(text), range.contains(value) else {
            return .failure(.init("must be \(wanted), not \(text.quoted)"))
        }
        return .success(Int(text).map(JSONValue.integer) ?? .number(value))
    }

    private static func boolean(_ text: String, _ isPlain: Bool) -> Reading {
        switch text {
        case "true" where isPlain: return .success(.bool(true))
        case "false" where isPlain: return .success(.bool(false))
        default:
            let instead = PlainScalar.booleanMeant(by: text).map { "write \($0)" + (isPlain ? "" : " without quotes") }
            return .failure(.init("must be true or false, not \(text.quoted)" + (instead.map { "; \($0)" } ?? "")))
        }
    }

    private mutating func choice(_ text: String, _ words: [String]) -> Reading {
        if words.contains(text) { return .success(.string(text)) }
        let hint = report.suggestion(for: text, among: words) ?? ""
        return .failure(.init("must be \(words.alternatives), not \(text.quoted)\(hint)"))
    }
}

extension Shape {
    /// What a scalar of this shape is called.
    var wanted: String {
        switch self {
        case .integer(let range): range.wanted("a whole number")
        case .number: "a number"
        case .boolean: "true or false"
        case .choice(let words): words.alternatives
        case .duration: "a duration such as 10s"
        case .regularExpression: "a regular expression"
        default: "a text"
        }
    }

    var isText: Bool {
        switch self {
        case .string, .regularExpression, .scalarText: true
        default: false
        }
    }
}

extension ClosedRange<Int> {
    func wanted(_ what: String) -> String {
        upperBound == Int.max ? "\(what) from \(lowerBound)" : "\(what) from \(lowerBound) to \(upperBound)"
    }
}

extension [String] {
    /// `a, b or c`.
    var alternatives: String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1]
    }
}
