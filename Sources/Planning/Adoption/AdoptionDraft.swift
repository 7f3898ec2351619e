import ClusterModel
import ResourceKinds

/// A manifest of some resources, made entry by entry, and what did not fit into one.
struct AdoptionDraft {
    private(set) var complaints: [LeftOut] = []
    private(set) var notes: [String] = []
    private(set) var spec: [String: JSONValue] = [:]
    private var extraction = SecretExtraction()
    private var ignore: [JSONValue] = []
    private let source: AdoptionSource

    var secrets: [SecretFile] { extraction.files }

    init(_ source: AdoptionSource, _ kept: [Kind: [Resource]]) {
        self.source = source
        spec["hosts"] = .array(source.hosts.map(Self.entry))
        let broker = Self.broker(source)
        if !broker.isEmpty { spec["broker"] = .object(broker) }
        let nested = Self.nested(kept)
        for kind in ResourceKinds.inDefinitions {
            guard let section = kind.section, let resources = kept[kind.kind], !resources.isEmpty else { continue }
            let entries = resources.compactMap { entry(of: kind, $0, section, nested: nested) }
            if !entries.isEmpty { place(.array(entries), at: section.path) }
        }
        complaints += Self.orphans(kept, nested)
        if !ignore.isEmpty { spec["ignore"] = .array(ignore) }
    }

    func adopted(leftOut: [LeftOut], kept: [Kind: [Resource]]) -> Adopted {
        Adopted(
            manifest: [
                "apiVersion": "warren/v1", "kind": "Cluster", "metadata": ["name": .string(source.clusterName)],
                "spec": .object(spec),
            ],
            secrets: secrets, leftOut: leftOut, counts: kept.mapValues(\.count).filter { $0.value > 0 },
            notes: notes + LeftOut.sentences(leftOut))
    }

    private mutating func place(_ list: JSONValue, at path: [String]) {
        guard path.count > 1 else {
            spec[path[0]] = list
            return
        }
        var group = spec[path[0]]?.object ?? [:]
        group[path[1]] = list
        spec[path[0]] = .object(group)
    }

    private static func broker(_ source: AdoptionSource) -> [String: JSONValue] {
        func object(_ entries: [BrokerSettings.ConfigEntry]) -> JSONValue? {
            guard !entries.isEmpty else { return nil }
            return .object(
                Dictionary(entries.map { ($0.key, .string($0.value)) }, uniquingKeysWith: { _, last in last }))
        }
        var broker: [String: JSONValue] = [:]
        broker["plugins"] = source.plugins.map { .array($0.map(JSONValue.string)) }
        broker["config"] = object(source.settings?.config ?? [])
        broker["environment"] = object(source.settings?.environment ?? [])
        return broker
    }

    private static func entry(_ host: Host) -> JSONValue {
        var entry: [String: JSONValue] = [
            "name": .string(host.name), "address": .string(host.address),
            "roles": .array(Host.Role.allCases.filter(host.roles.contains).map { .string($0.rawValue) }),
        ]
        if host.nodeType == .ram { entry["nodeType"] = "ram" }
        return .object(entry)
    }

    /// What stands inside the entries of users, by user, so that no user has to look through all of it.
    private static func nested(_ kept: [Kind: [Resource]]) -> [JSONValue: [Kind: [Resource]]] {
        var nested: [JSONValue: [Kind: [Resource]]] = [:]
        for kind in ["permission", "topic-permission"] as [Kind] {
            for resource in kept[kind] ?? [] {
                nested[resource["user"] ?? "", default: [:]][kind, default: []].append(resource)
            }
        }
        return nested
    }

    /// Permissions of users that are not there, such as those of another authentication backend.
    private static func orphans(_ kept: [Kind: [Resource]], _ nested: [JSONValue: [Kind: [Resource]]]) -> [LeftOut] {
        let users = Set((kept["user"] ?? []).map { JSONValue.string($0.id.name) })
        let orphans = nested.filter { !users.contains($0.key) }.values.flatMap { $0.values.joined() }
        return orphans.map(\.id).sorted().map {
            LeftOut(resource: $0, reason: "permissions stand with their user, and this one's is not declared")
        }
    }

    private mutating func entry(
        of kind: any ResourceKind, _ resource: Resource, _ section: ManifestSection,
        nested: [JSONValue: [Kind: [Resource]]]
    ) -> JSONValue? {
        let own = kind.kind == "user" ? nested[.string(resource.id.name)] ?? [:] : [:]
        guard var entry = kind.manifestEntry(for: resource, among: own)?.object else { return nil }
        for misfit in section.entry.misfits(.object(entry)) {
            if let inner = Self.nestedResource(misfit.path, own) {
                complaints.append(LeftOut(resource: inner, reason: misfit.sentence))
            } else if let field = misfit.path.first, kind.fieldOrder.contains(field), kind.isContainer {
                leaveAlone(field, of: resource.id, misfit, in: &entry)
            } else {
                complaints.append(LeftOut(resource: resource.id, reason: misfit.sentence))
            }
        }
        return extraction.entry(.object(entry), section.entry, of: resource.id, secretFields: kind.secretFields)
    }

    /// The permission at `permissions/3/…`.
    private static func nestedResource(_ path: [String], _ own: [Kind: [Resource]]) -> ResourceID? {
        let kinds: [String: Kind] = ["permissions": "permission", "topicPermissions": "topic-permission"]
        guard path.count > 1, let kind = kinds[path[0]], let index = Int(path[1]) else { return nil }
        return own[kind]?[index].id
    }

    /// Too much hangs on a vhost or a user to leave it out for one field: the field is not managed instead.
    private mutating func leaveAlone(
        _ field: String, of id: ResourceID, _ misfit: Misfit, in entry: inout [String: JSONValue]
    ) {
        guard entry.removeValue(forKey: field) != nil else { return }
        ignore.append(["resource": .string("\(id.kind) \(id.path)"), "fields": [.string(field)]])
        notes.append("\(field) of \(id) is left as it is, by spec.ignore: \(misfit.sentence).")
    }
}

extension ResourceKind {
    /// Whether other resources are nothing without it.
    fileprivate var isContainer: Bool { kind == "vhost" || kind == "user" }
}

extension Misfit {
    /// `limits.max-queues must be an integer`, the path shortened to what a person looks for.
    var sentence: String { "\(path.joined(separator: ".").printable) \(reason)" }
}

extension LeftOut {
    /// A sentence for each reason, with the first few that it is about.
    static func sentences(_ all: [LeftOut]) -> [String] {
        var reasons: [String] = []
        var groups: [String: [ResourceID]] = [:]
        for item in all {
            if groups[item.reason] == nil { reasons.append(item.reason) }
            groups[item.reason, default: []].append(item.resource)
        }
        return reasons.map { reason in
            let ids = groups[reason] ?? []
            let more = ids.count > 5 ? " and \(ids.count - 5) more" : ""
            let list = ids.prefix(5).map(\.description).joined(separator: ", ")
            return Redaction.maskURIs("Left out: \(list)\(more): \(reason).")
        }
    }
}
