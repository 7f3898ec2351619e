import ClusterModel

/// Dynamic shovels. They start after the queues are there, since a shovel declares what it does not find.
public struct ShovelKind: ResourceKind {
    public init() {}

    static let component = "shovel"

    public var kind: Kind { "shovel" }
    public var wave: Wave { .movers }
    public var fieldOrder: [String] { ["sourceUri", "destinationUri", "definition"] }
    public var pruneKey: String? { "shovels" }

    public var section: ManifestSection? {
        ManifestSection(
            ["shovels"],
            of: [
                Property("name", .name, required: true, "The shovel's name."),
                Property("vhost", .name, required: true, "The vhost that it belongs to."),
                Property("sourceUri", .oneOrMany(.secret), required: true, "One AMQP URI or a list of them."),
                Property("destinationUri", .oneOrMany(.secret), required: true, "One AMQP URI or a list of them."),
                Property("definition", .jsonObject, required: true, "RabbitMQ's own keys, verbatim, without the URIs."),
            ], "Shovels: they move messages from one queue or exchange to another.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            Resource(
                id(entry["vhost"]?.string ?? "", entry["name"]?.string ?? ""),
                [
                    "sourceUri": entry["sourceUri"]?.json ?? "", "destinationUri": entry["destinationUri"]?.json ?? "",
                    "definition": entry["definition"]?.json ?? [:],
                ], declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions.parameters(of: Self.component).map { parameter in
            var definition = parameter.value.asObject.object ?? [:]
            let source = definition.removeValue(forKey: "src-uri") ?? ""
            let destination = definition.removeValue(forKey: "dest-uri") ?? ""
            return Resource(
                id(parameter.vhost, parameter.name),
                ["sourceUri": source, "destinationUri": destination, "definition": .object(definition)])
        }
    }

    private func id(_ vhost: String, _ name: String) -> ResourceID { ResourceID(kind, vhost: vhost, name: name) }

    public func references(of desired: Resource) -> [Reference] {
        [Reference(["vhost"], VhostKind.id(desired.id.vhost ?? ""))]
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        let definition = desired["definition"]?.object ?? [:]
        var problems = ParameterKeys.problems(
            in: definition, at: ["definition"], table: ParameterKeys.shovel,
            reserved: [
                "src-uri": "write it as sourceUri beside the definition",
                "dest-uri": "write it as destinationUri beside the definition",
            ], on: version)
        problems += ParameterKeys.uriProblems(desired, "sourceUri", .uris)
        problems += ParameterKeys.uriProblems(desired, "destinationUri", .uris)
        let isOldSource = (definition["src-protocol"]?.string ?? "amqp091") == "amqp091"
        let sources = ["src-queue", "src-exchange"].filter { definition[$0] != nil }
        if isOldSource, sources.count != 1 {
            problems.append(FieldProblem(["definition"], "a shovel needs one of src-queue and src-exchange"))
        }
        if !isOldSource, definition["src-address"] == nil {
            problems.append(FieldProblem(["definition"], "a shovel from amqp10 needs src-address"))
        }
        if definition["dest-queue"] != nil, definition["dest-exchange"] != nil {
            problems.append(
                FieldProblem(["definition", "dest-exchange"], "write only one of dest-queue and dest-exchange"))
        }
        if definition["dest-protocol"]?.string == "amqp10", definition["dest-address"] == nil {
            problems.append(FieldProblem(["definition"], "a shovel to amqp10 needs dest-address"))
        }
        return problems
    }

    public func comparable(_ field: String, _ value: JSONValue) -> JSONValue {
        if field != "definition" { return value.array.map { $0.count == 1 ? $0[0] : value } ?? value }
        return ParameterKeys.withoutDefaults(value, ParameterKeys.shovelDefaults).pairListsAsObjects
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        var value = desired["definition"]?.object ?? [:]
        value["src-uri"] = desired["sourceUri"]
        value["dest-uri"] = desired["destinationUri"]
        let parameter = DefinitionsEntry.parameter(
            component: Self.component, vhost: desired.id.vhost ?? "", name: desired.id.name, value: .object(value))
        return .merge([parameter] + [Errand(desired)?.entry].compactMap { $0 })
    }

    public func isDone(_ desired: Resource, in observation: Observation) -> Bool {
        Errand(desired)?.wasBegun(in: observation) ?? false
    }

    public func removal(of observed: Resource) -> Change? {
        .clearParameter(component: Self.component, vhost: observed.id.vhost ?? "", name: observed.id.name)
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        namedEntry(observed)
    }
}
