/// A standing statement on health. The polarity is positive: True is good.
public struct Condition: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, Codable {
        case `true` = "True", `false` = "False", unknown = "Unknown"
    }

    public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
        case converged = "Converged"
        case manifestValid = "ManifestValid"
        /// Of an agent that takes its manifest out of git.
        case commitInForce = "CommitInForce"
        case quorumSafe = "QuorumSafe"
        case unpartitioned = "Unpartitioned"
        case linksRunning = "LinksRunning"
        /// Whether the broker read the files that are on disk.
        case configurationInForce = "ConfigurationInForce"
        /// Whether the broker's next start waits for its peers.
        case startsSafely = "StartsSafely"
        case backendsUp = "BackendsUp"
        case vipHeld = "VIPHeld"
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
