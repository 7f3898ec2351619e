/// What keeps a broker's metadata: users, queues, members.
public enum MetadataStore: String, Hashable, Sendable, CaseIterable { case mnesia, khepri }

/// What a node's data directory says of the node while it does not run.
public struct NodeDirectory: Hashable, Sendable {
    public var data: NodeData
    /// The nodes whose directories lie beside it.
    public var strangers: [String]
    /// Nil where it is not known.
    public var store: MetadataStore?
    /// The members of its cluster, from Mnesia's `cluster_nodes.config`; nil where that is not there or can't be read.
    public var members: [String]?
    /// The members that the node last saw running, from Mnesia's `nodes_running_at_shutdown`: it waits for them.
    public var lastRunning: [String]?
    /// The path of Mnesia's mark `force_load` where it is there: the next start takes this directory for the truth, whatever
    /// the others have.
    public var forceLoad: String?

    public init(
        _ data: NodeData, strangers: [String] = [], store: MetadataStore? = nil, members: [String]? = nil,
        lastRunning: [String]? = nil, forceLoad: String? = nil
    ) {
        self.data = data
        self.strangers = strangers
        self.store = store
        self.members = members
        self.lastRunning = lastRunning
        self.forceLoad = forceLoad
    }
}
