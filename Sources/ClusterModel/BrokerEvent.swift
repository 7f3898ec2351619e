/// What a broker said that somebody did. A hint of when to look and whom to name, never the state itself: events are
/// not repeated, and those of a gap are gone.
public struct BrokerEvent: Hashable, Sendable {
    /// The broker's own name of it, such as `policy.set`.
    public let name: String
    /// What it happened to; nil where that is no resource of a manifest.
    public let resource: ResourceID?
    /// Who did it: an account of the broker, or `rmq-cli` for its command line. Nil where the broker did it itself.
    public let user: String?
    /// When, by the clock of the broker's host.
    public let at: Timestamp?
    /// What a link or shovel is now, such as `running`; nil for all else.
    public let state: String?

    public init(
        _ name: String, _ resource: ResourceID?, by user: String?, at: Timestamp?, state: String? = nil
    ) {
        self.name = name
        self.resource = resource
        self.user = user
        self.at = at
        self.state = state
    }
}

/// Who caused a drift, and when.
public struct Author: Hashable, Sendable, Codable {
    /// An account of the broker, `rmq-cli` for its command line, or the owner of a file.
    public let name: String
    /// When it was done; nil where that was not said.
    public let at: Timestamp?

    public init(_ name: String, at: Timestamp? = nil) {
        self.name = name
        self.at = at
    }

    /// As whom Warren acts on a broker. Its own events wake nothing while it works.
    public static let warren = "warren"
}
