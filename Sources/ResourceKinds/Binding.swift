import ClusterModel

/// Bindings. All that they are is their identity: one that differs is another one.
public struct BindingKind: ResourceKind {
    public init() {}

    public var kind: Kind { "binding" }
    public var fieldOrder: [String] { [] }
    public var pruneKey: String? { "bindings" }

    public var section: ManifestSection? {
        ManifestSection(
            ["bindings"],
            of: [
                Property("vhost", .name, required: true, "The vhost that it is in."),
                Property("source", .name, required: true, "The exchange that messages come from."),
                Property("destination", .name, required: true, "The queue or exchange that they go to."),
                Property(
                    "destinationType", .choice(["queue", "exchange"]), default: "queue", "What the destination is."),
                Property(
                    "routingKey", .string(maximumBytes: 255, allowsEmpty: true), default: "", "The routing key."),
                Property("arguments", .jsonObject, default: [:], "RabbitMQ's own arguments, verbatim."),
            ], "Bindings.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            resource(entry["vhost"]?.string, { entry[$0]?.json }, declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        let names = ["destinationType": "destination_type", "routingKey": "routing_key"]
        return definitions[.bindings].map { value in
            resource(value["vhost"]?.string, { value[names[$0] ?? $0] })
        }
    }

    private func resource(
        _ vhost: String?, _ field: (String) -> JSONValue?, declaredBy entry: Located? = nil
    ) -> Resource {
        let arguments = field("arguments") ?? [:]
        let fields: [String: JSONValue] = [
            "source": field("source") ?? "", "destination": field("destination") ?? "",
            "destinationType": field("destinationType") ?? "queue", "routingKey": field("routingKey") ?? "",
            "arguments": arguments == [] ? [:] : arguments,
        ]
        var parts = ["source", "destinationType", "destination", "routingKey"].map { fields[$0]?.string ?? "" }
        let comparable = arguments.asObject
        if comparable != [:] { parts.append(comparable.description) }
        return Resource(ResourceID(kind, vhost: vhost ?? "", name: joinedName(parts)), fields, declaredBy: entry)
    }

    /// Every queue is bound to the default exchange, and federation binds what it makes for itself. A binding to an
    /// exchange such as `amq.topic` is somebody's own.
    public func isInternal(_ observed: Resource) -> Bool {
        let (source, target) = (observed["source"]?.string ?? "", observed["destination"]?.string ?? "")
        if source.isEmpty || target.hasPrefix("federation: ") { return true }
        return observed["destinationType"] == "queue" && isBrokersOwn(target)
    }

    public func references(of desired: Resource) -> [Reference] {
        let vhost = desired.id.vhost ?? ""
        let source = desired["source"]?.string ?? ""
        let target = desired["destinationType"] == "exchange" ? "exchange" : "queue" as Kind
        var references = [Reference(["vhost"], VhostKind.id(vhost))]
        if !source.hasPrefix("amq.") {
            references.append(Reference(["source"], topologyID("exchange", vhost, source), isRequired: false))
        }
        let destination = desired["destination"]?.string ?? ""
        if target == "queue" || !destination.hasPrefix("amq.") {
            references.append(Reference(["destination"], topologyID(target, vhost, destination), isRequired: false))
        }
        return references
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .merge([
            DefinitionsEntry(
                .bindings,
                [
                    "vhost": .string(desired.id.vhost ?? ""), "source": desired["source"] ?? "",
                    "destination": desired["destination"] ?? "",
                    "destination_type": desired["destinationType"] ?? "queue",
                    "routing_key": desired["routingKey"] ?? "", "arguments": desired["arguments"] ?? [:],
                ])
        ])
    }

    public func removal(of observed: Resource) -> Change? {
        .remove(
            Removal(
                """
                lists:foldl(fun(B, _) -> rabbit_binding:remove(B, User) end, ok, \
                [B || B <- rabbit_binding:list_for_source_and_destination(rabbit_misc:r(V, exchange, S), \
                rabbit_misc:r(V, binary_to_existing_atom(T, utf8), D)), element(3, B) =:= K, \
                rabbit_misc:amqp_table(element(5, B)) == rabbit_json:decode(A)])
                """,
                [
                    "V": observed.id.vhost ?? "", "S": observed["source"]?.string ?? "",
                    "T": observed["destinationType"]?.string ?? "queue",
                    "D": observed["destination"]?.string ?? "", "K": observed["routingKey"]?.string ?? "",
                    "A": (observed["arguments"] ?? [:]).description,
                ]))
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        var entry = observed.fields
        entry["vhost"] = .string(observed.id.vhost ?? "")
        if entry["arguments"] == [:] { entry["arguments"] = nil }
        if entry["routingKey"] == "" { entry["routingKey"] = nil }
        if entry["destinationType"] == "queue" { entry["destinationType"] = nil }
        return .object(entry)
    }
}
