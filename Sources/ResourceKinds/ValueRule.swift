import ClusterModel

/// What a key of RabbitMQ takes.
enum ValueRule: Sendable {
    case any
    case string
    case boolean
    case anyInteger
    case integers(ClosedRange<Int>)
    case oneOf([String])
    /// A number and one of the units Y M D h m s.
    case age
    case uri
    /// One URI or a list of them.
    case uris
    case object
    /// `never`, `queue-length` or a number of messages.
    case deleteAfter

    static func integer(_ range: PartialRangeFrom<Int>) -> ValueRule { .integers(range.lowerBound...Int.max) }
    static func integer(_ range: ClosedRange<Int>) -> ValueRule { .integers(range) }

    /// What the value must be, when it is not that.
    func complaint(about value: JSONValue) -> String? {
        switch self {
        case .any: nil
        case .string: value.string == nil ? "a string, not \(value.typeName)" : nil
        case .boolean: value.bool == nil ? "true or false, not \(value.typeName)" : nil
        case .anyInteger: value.integer == nil ? "an integer, not \(value.typeName)" : nil
        case .integers(let range):
            value.integer.map(range.contains) == true ? nil : Self.describe(range)
        case .oneOf(let words):
            value.string.map(words.contains) == true ? nil : "one of \(words.joined(separator: ", "))"
        case .age: value.string.map(Self.isAge) == true ? nil : "a number and a unit of Y, M, D, h, m or s, such as 7D"
        case .uri: Self.isURI(value) ? nil : "a URI that starts with amqp:// or amqps://"
        case .uris:
            Self.isURI(value) || (value.array.map { !$0.isEmpty && $0.allSatisfy(Self.isURI) } ?? false)
                ? nil : "a URI that starts with amqp:// or amqps://, or a list of them"
        case .object: value.object == nil ? "an object, not \(value.typeName)" : nil
        case .deleteAfter:
            value.string == "never" || value.string == "queue-length" || (value.integer ?? -1) >= 0
                ? nil : "never, queue-length or a number of messages"
        }
    }

    private static func describe(_ range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max
            ? "an integer from \(range.lowerBound)" : "an integer from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func isAge(_ text: String) -> Bool {
        guard let unit = text.last, "YMDhms".contains(unit) else { return false }
        let digits = text.dropLast()
        return !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// A reference to a secret is read later; its text is then checked by the broker.
    private static func isURI(_ value: JSONValue) -> Bool {
        if SecretReference(value) != nil { return true }
        guard let text = value.string else { return false }
        return text.hasPrefix("amqp://") || text.hasPrefix("amqps://")
    }
}

/// The word of `candidates` that is at most two edits (and less than half its length) away; the first by bytes.
public func nearestWord(to word: String, among candidates: some Sequence<String>) -> String? {
    var best: (word: String, distance: Int)?
    for candidate in candidates.sorted(by: { $0.precedes($1) }) {
        let distance = editDistance(Array(word.utf8.prefix(64)), Array(candidate.utf8))
        guard distance <= 2, distance * 2 < candidate.utf8.count else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.word
}

private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
    var previous = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var current = [i + 1]
        for (j, y) in b.enumerated() {
            let substitution = previous[j] + (folded(x) == folded(y) ? 0 : 1)
            current.append(Swift.min(substitution, previous[j + 1] + 1, current[j] + 1))
        }
        previous = current
    }
    return previous[b.count]
}
