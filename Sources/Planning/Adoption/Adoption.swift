import ClusterModel
import ResourceKinds

/// Turns what a broker has into a manifest that says so, whose first plan on that broker is empty.
///
/// It holds its own result against the planner before it gives it: what the manifest can't say, or says in a way that
/// the planner would take for drift, is left out and told.
public enum Adoption {
    /// The folder beside the manifest in which the secrets lie.
    public static let secretFolder = "secrets"

    public static func adopt(_ source: AdoptionSource) -> Adopted {
        var kept = source.resources
        var leftOut: [LeftOut] = []
        while true {
            let draft = AdoptionDraft(source, kept)
            let complaints =
                draft.complaints + (draft.complaints.isEmpty ? AdoptionCheck(source, draft).complaints() : [])
            let dropped = Set(complaints.map(\.resource))
            let before = kept.values.reduce(0) { $0 + $1.count }
            kept = kept.mapValues { $0.filter { !dropped.contains($0.id) } }
            let told = Set(leftOut.map(\.resource))
            leftOut += complaints.filter { !told.contains($0.resource) }
            // Only what is dropped can make another look worth while.
            guard kept.values.reduce(0, { $0 + $1.count }) < before else {
                return draft.adopted(leftOut: leftOut, kept: kept)
            }
        }
    }
}

/// What there is to adopt.
public struct AdoptionSource: Sendable {
    public var definitions: Definitions
    /// The enabled plugins; nil leaves them unmanaged.
    public var plugins: [String]?
    /// The broker's configuration; nil leaves it out.
    public var settings: BrokerSettings?
    public var clusterName: String
    public var hosts: [Host]
    /// Nil where nobody knows; then only what every version refuses is left out.
    public var version: BrokerVersion?

    public init(
        definitions: Definitions, plugins: [String]? = nil, settings: BrokerSettings? = nil, clusterName: String,
        hosts: [Host], version: BrokerVersion? = nil
    ) {
        self.settings = settings
        self.definitions = definitions
        self.plugins = plugins
        self.clusterName = clusterName
        self.hosts = hosts
        self.version = version
    }

    /// Everything that is not the broker's own, by kind and identity. Of a thing that is there twice the last counts.
    var resources: [Kind: [Resource]] {
        var all: [Kind: [Resource]] = [:]
        for kind in ResourceKinds.inDefinitions where kind.kind != ClusterNameKind.id.kind {
            let byID = Dictionary(
                kind.observed(in: definitions).map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
            all[kind.kind] = byID.values.filter { !kind.isInternal($0) || Self.isChangedDefault($0) }
                .sorted { $0.id < $1.id }
        }
        return all
    }

    /// The default vhost needs no entry, unless somebody made it other than the broker does.
    private static func isChangedDefault(_ resource: Resource) -> Bool {
        guard resource.id == VhostKind.id(VhostKind.standard) else { return false }
        let usual: [String: [JSONValue]] = [
            "description": ["", "Default virtual host"], "tags": [[]], "limits": [[:]], "defaultQueueType": ["classic"],
        ]
        return usual.contains { field, values in resource[field].map { !values.contains($0) } ?? false }
    }
}

/// A manifest, the secrets that it refers to, and what it does not say.
public struct Adopted: Sendable {
    /// The root object: `apiVersion`, `kind`, `metadata`, `spec`.
    public let manifest: JSONValue
    /// By path, relative to the manifest.
    public let secrets: [SecretFile]
    public let leftOut: [LeftOut]
    /// How many of each kind the manifest declares.
    public let counts: [Kind: Int]
    /// What a person should know, a sentence each. Nothing secret is in them.
    public let notes: [String]
}

/// A file that holds one secret.
public struct SecretFile: Hashable, Sendable {
    public let path: String
    public let text: String

    /// What the file holds: a reader takes one line break off its end.
    public var content: String { text.utf8.last == UInt8(ascii: "\r") ? text + "\r\n" : text + "\n" }
}

/// A resource of the broker that the manifest does not declare, and why.
public struct LeftOut: Hashable, Sendable {
    public let resource: ResourceID
    public let reason: String
}
