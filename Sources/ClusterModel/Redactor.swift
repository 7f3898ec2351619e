/// Removes the secrets that this run read from any text, as the last line of defence: what is shown of values is
/// masked where it is made, and what a program prints is outside our hands.
///
/// Each secret is found in every spelling in which it may come back: escaped for JSON, escaped for a terminal, a line
/// of several, and as the list of bytes that Erlang prints of some texts.
public struct Redactor: Sendable {
    /// Texts of fewer bytes are left out: masking them would mask half of every sentence.
    static let shortest = 4
    /// A part of a secret has to be longer than a whole one, as `guest` in a URI is also the name of a user.
    static let shortestPart = 8

    /// The spellings by their first bytes, the longest first.
    private let spellings: [UInt32: [[UInt8]]]

    /// - Parameter uris: texts that are secret only in what a URI has of secrets: its password and its query.
    public init(_ secrets: some Sequence<String> = [], uris: some Sequence<String> = []) {
        let whole = secrets.flatMap { SecretSpelling.all(of: $0) }.filter { $0.utf8.count >= Self.shortest }
        let parts = uris.flatMap { SecretSpelling.partsOfURI($0) }.flatMap { SecretSpelling.all(of: $0) }
        let all = Set((whole + parts).map { Array($0.utf8) })
        spellings = Dictionary(grouping: all) { Self.head($0, at: 0) }
            .mapValues { $0.sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count } }
    }

    public func redact(_ text: String) -> String { mask(Redaction.maskURIs(text)) }

    public func redact(_ value: JSONValue) -> JSONValue {
        spellings.isEmpty ? value : value.mapStrings(redact)
    }

    /// One pass over the text, however many secrets there are.
    private func mask(_ text: String) -> String {
        guard !spellings.isEmpty, text.utf8.count >= Self.shortest else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var (copied, position) = (0, 0)
        while position + Self.shortest <= bytes.count {
            guard let length = lengthOfSecret(in: bytes, at: position) else {
                position += 1
                continue
            }
            result += bytes[copied..<position]
            result += Redaction.mask.utf8
            position += length
            copied = position
        }
        return copied == 0 ? text : String(decoding: result + bytes[copied...], as: UTF8.self)
    }

    private func lengthOfSecret(in bytes: [UInt8], at position: Int) -> Int? {
        spellings[Self.head(bytes, at: position)]?.first { spelling in
            position + spelling.count <= bytes.count
                && spelling.indices.allSatisfy { bytes[position + $0] == spelling[$0] }
        }?.count
    }

    private static func head(_ bytes: [UInt8], at position: Int) -> UInt32 {
        (0..<shortest).reduce(0) { $0 << 8 | UInt32(bytes[position + $1]) }
    }
}

/// The texts in which a secret may show.
private enum SecretSpelling {
    static func all(of secret: String) -> Set<String> {
        var all: Set<String> = [secret]
        let lines = secret.split(whereSeparator: \.isNewline).map { String($0.drop { $0.isWhitespace }) }
        if lines.count > 1 { all.formUnion(lines.filter { $0.utf8.count >= Redactor.shortestPart }) }
        if secret.contains("://") { all.formUnion(partsOfURI(secret)) }
        for text in all {
            all.insert(text.printable)
            all.insert(escaped(text))
            all.insert(escaped(escaped(text)))
            for separator in [",", ", "] { all.insert(text.utf8.map(String.init).joined(separator: separator)) }
        }
        return all
    }

    private static func escaped(_ text: String) -> String {
        String(JSONValue.string(text).description.dropFirst().dropLast())
    }

    /// The password and the values of the query, as they are written and as they are meant.
    static func partsOfURI(_ text: String) -> Set<String> {
        guard let separator = text.firstRange(of: "://") else { return [] }
        let rest = text[separator.upperBound...]
        var parts: [Substring] = []
        if let at = rest.lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":") {
            parts.append(rest[colon...].dropFirst().prefix { $0 != "@" })
            parts.append(rest[rest.index(after: colon)..<at])
        }
        if let query = rest.firstIndex(of: "?") {
            for pair in rest[query...].dropFirst().split(separator: "&") {
                parts.append(pair)
                if let sign = pair.firstIndex(of: "=") { parts.append(pair[sign...].dropFirst()) }
            }
        }
        let texts = parts.flatMap { [String($0), decoded($0)] }
        return Set(texts.filter { $0.utf8.count >= Redactor.shortestPart })
    }

    /// The text with `%41` read as `A`.
    private static func decoded(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                position += 3
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
