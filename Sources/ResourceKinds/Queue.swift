import ClusterModel

/// Queues that a manifest declares. Applications may declare others.
public struct QueueKind: ResourceKind {
    public init() {}

    public var kind: Kind { "queue" }
    public var fieldOrder: [String] { ["type", "durable", "autoDelete", "arguments"] }
    public var pruneKey: String? { "queues" }

    public var section: ManifestSection? {
        ManifestSection(
            ["queues"],
            of: [
                Property("name", .name, required: true, "The queue's name."),
                Property("vhost", .name, required: true, "The vhost that it is in."),
                Property(
                    "type", .choice(["classic", "quorum", "stream"]),
                    "The queue's type; the vhost's defaultQueueType, else classic, where it is left out."),
                Property("durable", .boolean, default: true, "Whether it survives a restart."),
                Property("autoDelete", .boolean, default: false, "Whether it goes with its last consumer."),
                Property("arguments", .jsonObject, default: [:], "RabbitMQ's own arguments, verbatim."),
            ], "Queues.")
    }

    public func desired(in spec: Located) -> [Resource] {
        let defaults = Dictionary(
            VhostKind().entries(in: spec).compactMap { vhost in
                vhost["name"]?.string.map { (VhostKind.id($0), vhost["defaultQueueType"]?.json ?? "classic") }
            }, uniquingKeysWith: { first, _ in first })
        return entries(in: spec).map { entry in
            Resource(
                topologyID(kind, entry["vhost"]?.string, entry["name"]?.string),
                [
                    "type": entry["type"]?.json ?? defaults[VhostKind.id(entry["vhost"]?.string ?? "")] ?? "classic",
                    "durable": entry["durable"]?.json ?? true, "autoDelete": entry["autoDelete"]?.json ?? false,
                    "arguments": entry["arguments"]?.json ?? [:],
                ], declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions[.queues].map { value in
            var arguments = (value["arguments"] ?? [:]).asObject.object ?? [:]
            let declared = arguments.removeValue(forKey: "x-queue-type")
            return Resource(
                topologyID(kind, value["vhost"]?.string, value["name"]?.string),
                [
                    "type": .string(VhostKind.shortType((declared ?? value["type"])?.string ?? "classic")),
                    "durable": value["durable"] ?? true, "autoDelete": value["auto_delete"] ?? false,
                    "arguments": .object(arguments),
                ])
        }
    }

    public func isInternal(_ observed: Resource) -> Bool { isBrokersOwn(observed.id.name) }

    public func references(of desired: Resource) -> [Reference] {
        [Reference(["vhost"], VhostKind.id(desired.id.vhost ?? ""))]
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        var problems = reservedNameProblems(desired)
        if desired["arguments"]?["x-queue-type"] != nil {
            problems.append(FieldProblem(["arguments", "x-queue-type"], "write it as type"))
        }
        if desired["type"] != "classic", desired["durable"] == false {
            problems.append(FieldProblem(["durable"], "only a classic queue can be transient"))
        }
        if desired["type"] != "classic", desired["autoDelete"] == true {
            problems.append(FieldProblem(["autoDelete"], "only a classic queue can be deleted with its last consumer"))
        }
        return problems
    }

    /// An import ignores an existing queue's other arguments with exit code 0.
    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        immutableRefusal(change, "a queue")
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        var arguments = desired["arguments"]?.object ?? [:]
        arguments["x-queue-type"] = desired["type"] ?? "classic"
        return .merge([
            DefinitionsEntry(
                .queues,
                [
                    "name": .string(desired.id.name), "vhost": .string(desired.id.vhost ?? ""),
                    "durable": desired["durable"] ?? true, "auto_delete": desired["autoDelete"] ?? false,
                    "arguments": .object(arguments),
                ])
        ])
    }

    /// Looks and deletes in one call. `if-empty` would be the broker's own check, but quorum queues refuse it and
    /// classic queues do not count what consumers hold.
    public func removal(of observed: Resource) -> Change? {
        .remove(
            Removal(
                """
                case rabbit_amqqueue:lookup(rabbit_misc:r(V, queue, N)) of {error, not_found} -> ok; {ok, Q} -> \
                case (\(messageCount))(Q) of 0 -> rabbit_amqqueue:delete(Q, false, false, User); \
                uncounted -> uncounted; _ -> holds_messages end end
                """, ["V": observed.id.vhost ?? "", "N": observed.id.name]))
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        var entry = namedEntry(observed).object ?? [:]
        let defaults: [String: JSONValue] = ["durable": true, "autoDelete": false, "arguments": [:]]
        entry = entry.filter { defaults[$0.key] != $0.value }
        return .object(entry)
    }
}
