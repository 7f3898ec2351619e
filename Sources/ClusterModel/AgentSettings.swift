/// `spec.status`: where each agent tells of the cluster, and answers HAProxy's agent-check.
public struct StatusSettings: Hashable, Sendable {
    /// Which of a host's addresses the agent listens on.
    public enum Scope: String, Hashable, Sendable, CaseIterable {
        /// The host's own address in the manifest.
        case host
        /// Every address of the host.
        case any
        /// Only the host itself.
        case loopback
    }

    public var port: Int
    public var agentCheckPort: Int
    public var scope: Scope

    public init(port: Int = 15_690, agentCheckPort: Int = 15_691, scope: Scope = .host) {
        self.port = port
        self.agentCheckPort = agentCheckPort
        self.scope = scope
    }
}

/// `spec.membership`: what may be done to keep the members together.
public struct MembershipSettings: Hashable, Sendable {
    public enum ReplaceBlank: String, Hashable, Sendable, CaseIterable {
        /// A member that comes back with an empty disk is forgotten and joined again, under the guards.
        case automatic
        /// A person decides.
        case ask
    }

    public enum DiscardMinority: String, Hashable, Sendable, CaseIterable {
        case never
        /// A minority that holds messages may be discarded to mend a partition.
        case automatic
    }

    public enum Restarts: String, Hashable, Sendable, CaseIterable {
        /// Members are restarted one after another where their configuration asks for it, under the guards.
        case automatic
        /// A person restarts them.
        case ask
    }

    public var replaceBlank: ReplaceBlank
    public var restarts: Restarts
    public var discardMinority: DiscardMinority
    /// For how long every member must have been up before leaders that gathered on one are spread again.
    public var rebalanceAfter: Duration

    public init(
        replaceBlank: ReplaceBlank = .automatic, discardMinority: DiscardMinority = .never,
        restarts: Restarts = .automatic, rebalanceAfter: Duration = .seconds(600)
    ) {
        self.replaceBlank = replaceBlank
        self.restarts = restarts
        self.discardMinority = discardMinority
        self.rebalanceAfter = rebalanceAfter
    }
}
