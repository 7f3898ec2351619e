/// A standing statement on health. The polarity is positive: True is good.
public struct Condition: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, Codable {
        case `true` = "True", `false` = "False", unknown = "Unknown"
    }

    public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
        case converged = "Converged"
        case manifestValid = "ManifestValid"
        case quorumSafe = "QuorumSafe"
        case unpartitioned = "Unpartitioned"
    }

    public let name: Name
    public let status: Status
    /// One CamelCase word for programs.
    public let reason: String
    /// One sentence for people.
    public let message: String

    public init(_ name: Name, _ status: Status, reason: String, _ message: String) {
        self.name = name
        self.status = status
        self.reason = reason
        self.message = message
    }
}
