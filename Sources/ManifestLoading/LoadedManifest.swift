import ClusterModel

/// What a manifest is checked against, and how much of it may be read.
public struct LoadOptions: Sendable {
    /// The version of the broker; nil finds only what every version would refuse.
    public var brokerVersion: BrokerVersion?
    /// The folder that `fromFile` paths must not leave through `..`; nil where the manifest is trusted with that.
    public var confinedTo: String?
    /// The most that all files together may have.
    public var maximumBytes: Int
    /// The most nodes that all documents together may have once their aliases are expanded.
    public var nodeBudget: Int

    public init(
        brokerVersion: BrokerVersion? = nil, confinedTo: String? = nil, maximumBytes: Int = 8 << 20,
        nodeBudget: Int = 1_000_000
    ) {
        self.brokerVersion = brokerVersion
        self.confinedTo = confinedTo
        self.maximumBytes = maximumBytes
        self.nodeBudget = nodeBudget
    }
}

/// What became of the files: a manifest, or all that is wrong with them.
public struct LoadedManifest: Sendable {
    /// Nil when there is any error.
    public let manifest: ClusterManifest?
    /// Errors and warnings by position.
    public let diagnostics: [Diagnostic]

    public init(manifest: ClusterManifest?, diagnostics: [Diagnostic]) {
        self.manifest = manifest
        self.diagnostics = diagnostics
    }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
