import ClusterModel
import ResourceKinds

/// All that a plan depends on. The same input gives the same plan, byte for byte.
public struct PlanningInput: Sendable {
    /// In manifest order, secrets resolved, passwords settled into hashes.
    public var desired: [Resource]
    /// Resources whose secret could not be read, with the sentence that says why.
    public var unreadable: [ResourceID: String]
    public var observation: Observation
    /// The node names of the manifest's brokers.
    public var members: [String]
    public var mode: ClusterManifest.Mode
    /// Where kinds differ from `mode`, by `ResourceKind.modeKey`.
    public var modes: [String: ClusterManifest.Mode] = [:]
    /// Nil while nothing is suspended.
    public var suspension: Suspension?
    /// Who applies cluster-scope actions; nil where this process may, as a person asked it to.
    public var lead: Lead?
    public var prune: PruneSettings
    public var ignore: [IgnoreRule]
    /// What Warren created.
    public var inventory: Set<ResourceID>
    /// What the broker refused before.
    public var stalls: [ResourceID: Stall]
    /// What others change again each time; empty where a person asked for this run.
    public var contests: [ResourceID: Contest]

    public init(
        desired: [Resource], unreadable: [ResourceID: String] = [:], observation: Observation, members: [String],
        mode: ClusterManifest.Mode = .enforce, lead: Lead? = nil, prune: PruneSettings = PruneSettings(),
        ignore: [IgnoreRule] = [],
        inventory: Set<ResourceID> = [], stalls: [ResourceID: Stall] = [:],
        contests: [ResourceID: Contest] = [:]
    ) {
        self.desired = desired
        self.unreadable = unreadable
        self.observation = observation
        self.members = members
        self.mode = mode
        self.lead = lead
        self.prune = prune
        self.ignore = ignore
        self.inventory = inventory
        self.stalls = stalls
        self.contests = contests
    }
}
