import ClusterModel

/// Exchanges that a manifest declares. Applications may declare others.
public struct ExchangeKind: ResourceKind {
    public init() {}

    public var kind: Kind { "exchange" }
    public var fieldOrder: [String] { ["type", "durable", "autoDelete", "internal", "arguments"] }
    public var pruneKey: String? { "exchanges" }

    public var section: ManifestSection? {
        ManifestSection(
            ["exchanges"],
            of: [
                Property("name", .name, required: true, "The exchange's name."),
                Property("vhost", .name, required: true, "The vhost that it is in."),
                Property("type", .name, default: "direct", "direct, fanout, headers, topic or a plugin's."),
                Property("durable", .boolean, default: true, "Whether it survives a restart."),
                Property("autoDelete", .boolean, default: false, "Whether it goes with its last binding."),
                Property("internal", .boolean, default: false, "Whether only other exchanges may publish to it."),
                Property("arguments", .jsonObject, default: [:], "RabbitMQ's own arguments, verbatim."),
            ], "Exchanges.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            Resource(
                topologyID(kind, entry["vhost"]?.string, entry["name"]?.string),
                [
                    "type": entry["type"]?.json ?? "direct", "durable": entry["durable"]?.json ?? true,
                    "autoDelete": entry["autoDelete"]?.json ?? false, "internal": entry["internal"]?.json ?? false,
                    "arguments": entry["arguments"]?.json ?? [:],
                ], declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions[.exchanges].map { value in
            Resource(
                topologyID(kind, value["vhost"]?.string, value["name"]?.string),
                [
                    "type": value["type"] ?? "direct", "durable": value["durable"] ?? true,
                    "autoDelete": value["auto_delete"] ?? false, "internal": value["internal"] ?? false,
                    "arguments": (value["arguments"] ?? [:]).asObject,
                ])
        }
    }

    public func isInternal(_ observed: Resource) -> Bool { isBrokersOwn(observed.id.name) }

    public func references(of desired: Resource) -> [Reference] {
        [Reference(["vhost"], VhostKind.id(desired.id.vhost ?? ""))]
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        reservedNameProblems(desired)
    }

    /// Exports leave internal exchanges out (seen on 3.10.8 and 4.0.5).
    public func isBeyondExport(_ desired: Resource) -> Bool { desired["internal"] == true }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        immutableRefusal(change, "an exchange")
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .merge([
            DefinitionsEntry(
                .exchanges,
                [
                    "name": .string(desired.id.name), "vhost": .string(desired.id.vhost ?? ""),
                    "type": desired["type"] ?? "direct", "durable": desired["durable"] ?? true,
                    "auto_delete": desired["autoDelete"] ?? false, "internal": desired["internal"] ?? false,
                    "arguments": desired["arguments"] ?? [:],
                ])
        ])
    }

    /// Only where nothing is bound to it any more: bindings that Warren made are deleted before.
    public func removal(of observed: Resource) -> Change? {
        .remove(
            Removal(
                """
                case rabbit_exchange:delete(rabbit_misc:r(V, exchange, N), true, User) of \
                {error, in_use} -> in_use; Result -> Result end
                """, ["V": observed.id.vhost ?? "", "N": observed.id.name]))
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        var entry = namedEntry(observed).object ?? [:]
        let defaults: [String: JSONValue] = ["durable": true, "autoDelete": false, "internal": false, "arguments": [:]]
        entry = entry.filter { defaults[$0.key] != $0.value }
        return .object(entry)
    }
}
