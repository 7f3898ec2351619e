/// What may be shown of a value that may hold a secret.
public enum Redaction {
    public static let mask = "***"

    /// The value with every URI's user information and query masked; all of it where the field is a secret.
    public static func redact(_ value: JSONValue, isSecret: Bool) -> JSONValue {
        isSecret ? .string(mask) : value.mapStrings(maskURIs)
    }

    /// Masks `user:password@` and `?query` of each URI in a text. A URI that has no host to show is masked whole.
    public static func maskURIs(_ text: String) -> String {
        guard text.contains("://") else { return text }
        var result = ""
        var rest = Substring(text)
        while let separator = rest.firstRange(of: "://") {
            result += rest[..<separator.upperBound]
            rest = rest[separator.upperBound...]
            // An unescaped `@`, `/` or `?` in a password must not let its tail through: everything up to the
            // last `@` before white space or a quote is taken for user information.
            let end = rest.firstIndex { $0.isWhitespace || $0 == "\"" || $0 == "'" || $0 == "," } ?? rest.endIndex
            var authority = rest[..<end]
            rest = rest[end...]
            if let at = authority.lastIndex(of: "@") {
                result += mask
                authority = authority[at...]
            }
            if let query = authority.firstIndex(of: "?") {
                authority = authority[..<query]
                result += authority + "?" + mask
            } else {
                result += authority
            }
        }
        return result + rest
    }
}
