/// One problem of a manifest. It reads `FILE:LINE:COLUMN: error: sentence`.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Sendable, Codable { case error, warning }

    public let severity: Severity
    public let position: SourcePosition
    /// One sentence that says what is wrong and what to write instead.
    public let message: String

    public init(_ severity: Severity, at position: SourcePosition, _ message: String) {
        self.severity = severity
        self.position = position
        self.message = message
    }

    public var description: String { "\(position): \(severity.rawValue): \(message)" }
}
