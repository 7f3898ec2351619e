/// Removes the secrets that this run read from any text, as the last line of defence: what is shown of values is
/// masked where it is made, and what a program prints is outside our hands.
public struct Redactor: Sendable {
    private let secrets: [String]

    /// Texts of fewer than four bytes are left out: masking them would mask half of every sentence.
    public init(_ secrets: some Sequence<String> = []) {
        self.secrets = Set(secrets.filter { $0.utf8.count >= 4 })
            .sorted { $0.utf8.count == $1.utf8.count ? $0.precedes($1) : $0.utf8.count > $1.utf8.count }
    }

    public func redact(_ text: String) -> String {
        secrets.reduce(Redaction.maskURIs(text)) { $0.replacing($1, with: Redaction.mask) }
    }

    public func redact(_ value: JSONValue) -> JSONValue {
        secrets.isEmpty ? value : value.mapStrings(redact)
    }
}
