/// A release of Debian that a lab's hosts can run.
public enum DebianRelease: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
    case twelve = "12"
    case thirteen = "13"
    /// Debian's unstable branch; what it holds changes from day to day.
    case sid

    public var suite: String {
        switch self {
        case .twelve: "bookworm"
        case .thirteen: "trixie"
        case .sid: "sid"
        }
    }

    public var description: String { "Debian \(rawValue)" }
}
