import ClusterModel

/// Virtual hosts with their metadata and limits.
public struct VhostKind: ResourceKind {
    public init() {}

    public static func id(_ name: String) -> ResourceID { ResourceID("vhost", name: name) }
    /// The vhost that every broker creates by itself; a manifest may use it without declaring it.
    public static let standard = "/"
    static let limitNames = ["max-connections", "max-queues"]

    public var kind: Kind { "vhost" }
    public var fieldOrder: [String] { ["description", "tags", "defaultQueueType", "limits"] }
    public var pruneKey: String? { "vhosts" }

    public var section: ManifestSection? {
        ManifestSection(
            ["vhosts"],
            of: [
                Property("name", .name, required: true, "The vhost's name."),
                Property(
                    "description", .anyString,
                    "What it is for; empty where it is left out, but the default vhost keeps the broker's."),
                Property("tags", .list(.name), default: [], "Tags, in any order."),
                Property(
                    "defaultQueueType", .choice(["classic", "quorum", "stream"]),
                    "The type of queues that are declared without one. Not managed where it is left out."),
                Property(
                    "limits",
                    .object(Self.limitNames.map { Property($0, .integer(-1...Int(Int32.max)), "A limit; -1: none.") }),
                    default: [:], "Limits of the vhost; no limits where it is left out."),
            ], "Virtual hosts.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            let name = entry["name"]?.string ?? ""
            var fields: [String: JSONValue] = [
                "tags": Self.tags(entry["tags"]?.json), "limits": entry["limits"]?.json ?? [:],
            ]
            if entry["description"] != nil || name != Self.standard {
                fields["description"] = entry["description"]?.json ?? ""
            }
            fields["defaultQueueType"] = entry["defaultQueueType"]?.json
            return Resource(Self.id(name), fields, declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        // By identity, which is the name's bytes: Swift's strings would take two spellings of `é` for one.
        let limits = Dictionary(
            definitions.parameters(of: "vhost-limits").map { (Self.id($0.vhost), $0.value.asObject) },
            uniquingKeysWith: { _, last in last })
        return definitions[.vhosts].map { value in
            let name = value["name"]?.string ?? ""
            let metadata = value["metadata"]?.asObject ?? [:]
            var fields: [String: JSONValue] = [
                "description": value["description"] ?? metadata["description"] ?? "",
                "tags": Self.tags(value["tags"] ?? metadata["tags"]),
                "limits": limits[Self.id(name)] ?? value["limits"]?.asObject ?? [:],
                "metadata": metadata,
            ]
            let type = value["default_queue_type"]?.string ?? metadata["default_queue_type"]?.string
            if let type, type != "undefined" { fields["defaultQueueType"] = .string(Self.shortType(type)) }
            return Resource(Self.id(name), fields)
        }
    }

    /// A vhost without tags comes as `""` from 3.x; a user's come as `"monitoring, management"` from 3.7.
    static func tags(_ value: JSONValue?) -> JSONValue {
        let listed = value?.string?.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        let names = value?.array?.compactMap(\.string) ?? listed ?? []
        return .array(names.sorted { $0.precedes($1) }.map(JSONValue.string))
    }

    static func shortType(_ type: String) -> String {
        switch type {
        case "rabbit_classic_queue": "classic"
        case "rabbit_quorum_queue": "quorum"
        case "rabbit_stream_queue": "stream"
        default: type
        }
    }

    /// The default vhost is the broker's own as long as no manifest speaks of it.
    public func isInternal(_ observed: Resource) -> Bool { observed.id.name == Self.standard }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        switch change.verb {
        case .create: nil
        case .update: typeRefusal(change, world.version)
        case .delete: change.observed.flatMap { deletionRefusal($0.id.name, in: world) }
        }
    }

    private func typeRefusal(_ change: ProposedChange, _ version: BrokerVersion?) -> Refusal? {
        guard change.fields.contains("defaultQueueType"), let version, version < BrokerVersion(3, 11, 14) else {
            return nil
        }
        return Refusal(
            .other("immutable"),
            "RabbitMQ \(version) can't change the default queue type of a vhost that exists; it can from 3.11.14 on")
    }

    /// A vhost takes everything in it along, so that all of it must be Warren's own.
    private func deletionRefusal(_ name: String, in world: World) -> Refusal? {
        guard name != Self.standard else {
            return Refusal(.other("default-vhost"), "the default vhost is never deleted")
        }
        for kind in ResourceKinds.all where kind.kind != self.kind {
            guard case .known(let all)? = world.observation.readings[kind.kind] else {
                if kind.scope == .host { continue }
                return Refusal(.other("owns-contents"), "what the vhost holds could not be read")
            }
            let strangers = all.values.filter {
                $0.id.vhost == name && !kind.isInternal($0) && !world.inventory.contains($0.id)
            }
            if let first = strangers.map(\.id).min() {
                return Refusal(
                    .other("owns-contents"),
                    "the vhost holds \(first), which Warren did not create and which would go with it; delete or move "
                        + "it first")
            }
        }
        return nil
    }

    /// The whole metadata goes along: an import erases what it leaves out. A default queue type that nobody set is
    /// exported as one all the same, and only metadata tells; it must not be set by the way.
    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        let name = desired.id.name
        var metadata = observed?["metadata"]?.object ?? [:]
        metadata["description"] = desired["description"] ?? observed?["description"] ?? ""
        metadata["tags"] = desired["tags"] ?? []
        if let type = desired["defaultQueueType"] { metadata["default_queue_type"] = type }
        var entries = [
            DefinitionsEntry(.vhosts, ["name": .string(name), "metadata": .object(metadata)])
        ]
        if (observed?["limits"] ?? [:]) != (desired["limits"] ?? [:]) {
            entries.append(
                .parameter(component: "vhost-limits", vhost: name, name: "limits", value: desired["limits"] ?? [:]))
        }
        return .merge(entries)
    }

    public func removal(of observed: Resource) -> Change? {
        .remove(
            Removal(
                """
                case lists:usort(lists:map(\(messageCount), rabbit_amqqueue:list(V))) -- [0] of \
                [] -> rabbit_vhost:delete(V, User); [uncounted] -> uncounted; _ -> holds_messages end
                """, ["V": observed.id.name]))
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        var entry = observed.fields
        entry["metadata"] = nil
        entry["name"] = .string(observed.id.name)
        if entry["description"] == "" { entry["description"] = nil }
        if entry["tags"] == [] { entry["tags"] = nil }
        if entry["limits"] == [:] { entry["limits"] = nil }
        return .object(entry)
    }
}
