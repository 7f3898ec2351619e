import ClusterModel

/// Where an agent tells of its host.
public struct StatusEndpoints: Hashable, Sendable {
    public let hosts: [String]
    public let port: Int
    public let agentCheckPort: Int
    /// Whether this host has a broker of which HAProxy asks.
    public let answersAgentCheck: Bool
}

extension Agent {
    /// Nil before a manifest is in force.
    public nonisolated var endpoints: StatusEndpoints? {
        state.read { shared in
            guard let manifest = shared.manifest, let host = shared.host else { return nil }
            let hosts =
                switch manifest.status.scope {
                case .host: [host.address, "127.0.0.1"]
                case .any: [host.address.contains(":") ? "::" : "0.0.0.0"]
                case .loopback: ["127.0.0.1"]
                }
            return StatusEndpoints(
                hosts: Array(Set(hosts)).sorted(), port: manifest.status.port,
                agentCheckPort: manifest.status.agentCheckPort, answersAgentCheck: host.roles.contains(.broker))
        }
    }

    /// What HAProxy is told of this host's broker; nil where that is not known well enough.
    public nonisolated func answer(at now: Timestamp) -> AgentAnswer? {
        state.read { shared in
            guard let alive = shared.snapshot.aliveAt, now.seconds(since: alive) < Self.longestRun else { return nil }
            return shared.snapshot.node?.answer
        }
    }

    /// How many seconds a run may take before the agent counts as stuck.
    public static let longestRun = 900.0
}
