/// A federation link or a shovel of the running cluster: what really moves messages, as its node reports it.
///
/// A policy that names an upstream makes one link for each exchange or queue that it matches, so that links stand in no
/// manifest; a shovel is one.
public struct Link: Hashable, Sendable {
    public enum Mover: String, Hashable, Sendable { case exchange, queue, shovel }

    public enum State: String, Hashable, Sendable, CaseIterable {
        case running
        /// On its way up: it connects.
        case starting
        /// It failed, and tries again by itself where it has a `reconnect-delay`.
        case down
        /// The broker has the shovel's definition, and no node runs it.
        case absent
    }

    public let mover: Mover
    public let vhost: String
    /// The shovel, or the exchange or queue that messages come to.
    public let name: String
    /// Where a federation link takes messages from; nil for a shovel.
    public let upstream: String?
    /// The exchange or queue on the upstream, where its name is another one.
    public let upstreamName: String?
    public let state: State
    /// The broker's words, not redacted: they may quote a URI.
    public let error: String?
    /// The node that runs it; nil where none does.
    public let node: String?
    /// By which that node knows a federation link.
    public let handle: String?

    public init(
        _ mover: Mover, vhost: String, name: String, upstream: String? = nil, upstreamName: String? = nil,
        state: State, error: String? = nil, node: String? = nil, handle: String? = nil
    ) {
        self.mover = mover
        self.vhost = vhost
        self.name = name
        self.upstream = upstream
        self.upstreamName = upstreamName == name ? nil : upstreamName
        self.state = state
        self.error = error
        self.node = node
        self.handle = handle
    }
}

/// What is remembered of a link that does not run.
public struct LinkPast: Hashable, Sendable {
    /// Since when it was not seen running.
    public let since: Timestamp
    /// How often Warren started it anew within the last hour, and whether it did so just now.
    public let restarts: Int
    public let wasJustRestarted: Bool

    public init(since: Timestamp, restarts: Int = 0, wasJustRestarted: Bool = false) {
        self.since = since
        self.restarts = restarts
        self.wasJustRestarted = wasJustRestarted
    }
}
