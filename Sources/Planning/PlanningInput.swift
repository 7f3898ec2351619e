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
    public var prune: PruneSettings
    public var ignore: [IgnoreRule]
    /// What Warren created.
    public var inventory: Set<ResourceID>
    /// What the broker refused before.
    public var stalls: [ResourceID: Stall]

    public init(
        desired: [Resource], unreadable: [ResourceID: String] = [:], observation: Observation, members: [String],
        mode: ClusterManifest.Mode = .enforce, prune: PruneSettings = PruneSettings(), ignore: [IgnoreRule] = [],
        inventory: Set<ResourceID> = [], stalls: [ResourceID: Stall] = [:]
    ) {
        self.desired = desired
        self.unreadable = unreadable
        self.observation = observation
        self.members = members
        self.mode = mode
        self.prune = prune
        self.ignore = ignore
        self.inventory = inventory
        self.stalls = stalls
    }
}
