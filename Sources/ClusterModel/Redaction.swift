/// What may be shown of a value that may hold a secret.
public enum Redaction {
    public static let mask = "***"

    /// The value with every URI's user information and query masked; all of it where the field is a secret.
    public static func redact(_ value: JSONValue, isSecret: Bool) -> JSONValue {
        isSecret ? .string(mask) : value.mapStrings(maskText)
    }

    /// A text that is one URI ends where it ends, whatever is in its password.
    private static func maskText(_ text: String) -> String {
        guard let separator = text.firstRange(of: "://"), text[..<separator.lowerBound].allSatisfy(isOfScheme),
            let at = text.lastIndex(of: "@"), at > separator.lowerBound
        else { return maskURIs(text) }
        return maskURIs(text[..<separator.upperBound] + mask + text[at...])
    }

    private static func isOfScheme(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "+-.".contains(character)
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
            // last `@` before white space or a double quote is taken for user information. A comma and a single quote
            // may stand in a password.
            let end = rest.firstIndex { $0.isWhitespace || $0 == "\"" } ?? rest.endIndex
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

extension JSONValue {
    /// Whether something was masked in it.
    public var isMasked: Bool {
        switch self {
        case .string(let text): text.contains(Redaction.mask)
        case .array(let values): values.contains(where: \.isMasked)
        case .object(let members): members.values.contains(where: \.isMasked)
        default: false
        }
    }
}
