import ClusterModel

/// Federation upstreams: where a broker takes messages from.
public struct UpstreamKind: ResourceKind {
    public init() {}

    static let component = "federation-upstream"
    public static func id(_ vhost: String, _ name: String) -> ResourceID {
        ResourceID("upstream", vhost: vhost, name: name)
    }

    public var kind: Kind { "upstream" }
    public var fieldOrder: [String] { ["uri", "definition"] }
    public var pruneKey: String? { "federation" }

    public var section: ManifestSection? {
        ManifestSection(
            ["federation", "upstreams"],
            of: [
                Property("name", .name, required: true, "The upstream's name."),
                Property("vhost", .name, required: true, "The vhost that it is for."),
                Property("uri", .oneOrMany(.secret), required: true, "One AMQP URI or a list of them."),
                Property("definition", .jsonObject, default: [:], "RabbitMQ's own keys, verbatim, without uri."),
            ], "Federation upstreams.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            Resource(
                Self.id(entry["vhost"]?.string ?? "", entry["name"]?.string ?? ""),
                ["uri": entry["uri"]?.json ?? "", "definition": entry["definition"]?.json ?? [:]], declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions.parameters(of: Self.component).map { parameter in
            var definition = parameter.value.asObject.object ?? [:]
            let uri = definition.removeValue(forKey: "uri") ?? ""
            return Resource(Self.id(parameter.vhost, parameter.name), ["uri": uri, "definition": .object(definition)])
        }
    }

    public func references(of desired: Resource) -> [Reference] {
        [Reference(["vhost"], VhostKind.id(desired.id.vhost ?? ""))]
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        ParameterKeys.problems(
            in: desired["definition"]?.object ?? [:], at: ["definition"], table: ParameterKeys.upstream,
            reserved: ["uri": "write it as uri beside the definition"], on: version)
            + ParameterKeys.uriProblems(desired, "uri", .uris)
    }

    /// One URI and a list of that one mean the same, and so do a default and its absence.
    public func comparable(_ field: String, _ value: JSONValue) -> JSONValue {
        if field == "uri" { return value.array.map { $0.count == 1 ? $0[0] : value } ?? value }
        return ParameterKeys.withoutDefaults(value, ParameterKeys.upstreamDefaults).pairListsAsObjects
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        var value = desired["definition"]?.object ?? [:]
        value["uri"] = desired["uri"]
        return .parameter(
            component: Self.component, vhost: desired.id.vhost ?? "", name: desired.id.name, value: .object(value))
    }

    public func removal(of observed: Resource) -> Change? {
        .clearParameter(component: Self.component, vhost: observed.id.vhost ?? "", name: observed.id.name)
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        namedEntry(observed)
    }
}

/// Upstream sets: upstreams that a policy names together.
public struct UpstreamSetKind: ResourceKind {
    public init() {}

    static let component = "federation-upstream-set"
    /// The set of all upstreams, which every broker has.
    static let builtIn = "all"
    public static func id(_ vhost: String, _ name: String) -> ResourceID {
        ResourceID("upstream-set", vhost: vhost, name: name)
    }

    public var kind: Kind { "upstream-set" }
    public var fieldOrder: [String] { ["upstreams"] }
    public var pruneKey: String? { "federation" }

    public var section: ManifestSection? {
        ManifestSection(
            ["federation", "upstreamSets"],
            of: [
                Property("name", .name, required: true, "The set's name."),
                Property("vhost", .name, required: true, "The vhost that it is for."),
                Property(
                    "upstreams", .list(.jsonObject), required: true,
                    "Each { upstream: NAME } with any of the keys of an upstream's definition."),
            ], "Federation upstream sets.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            Resource(
                Self.id(entry["vhost"]?.string ?? "", entry["name"]?.string ?? ""),
                ["upstreams": entry["upstreams"]?.json ?? []], declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions.parameters(of: Self.component).map { parameter in
            let members = parameter.value.array?.map(\.asObject) ?? [parameter.value.asObject]
            return Resource(Self.id(parameter.vhost, parameter.name), ["upstreams": .array(members)])
        }
    }

    public func references(of desired: Resource) -> [Reference] {
        let vhost = desired.id.vhost ?? ""
        let members = desired["upstreams"]?.array ?? []
        return [Reference(["vhost"], VhostKind.id(vhost))]
            + members.enumerated().compactMap { index, member in
                member["upstream"]?.string.map {
                    Reference(["upstreams", String(index), "upstream"], UpstreamKind.id(vhost, $0))
                }
            }
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if desired.id.name == Self.builtIn {
            problems.append(
                FieldProblem(["name"], "the set all is built in and can't be declared; choose another name"))
        }
        for (index, member) in (desired["upstreams"]?.array ?? []).enumerated() {
            let path = ["upstreams", String(index)]
            if member["upstream"]?.string == nil {
                problems.append(FieldProblem(path, "each entry needs upstream: the name of an upstream"))
            }
            var definition = member.object ?? [:]
            definition["upstream"] = nil
            problems += ParameterKeys.problems(in: definition, at: path, table: ParameterKeys.upstream, on: version)
        }
        return problems
    }

    /// Lists of sets are lists of objects; only inside them may pairs stand for an object.
    public func comparable(_ field: String, _ value: JSONValue) -> JSONValue {
        .array((value.array ?? []).map { ParameterKeys.withoutDefaults($0.asObject, [:]) })
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .parameter(
            component: Self.component, vhost: desired.id.vhost ?? "", name: desired.id.name,
            value: desired["upstreams"] ?? [])
    }

    public func removal(of observed: Resource) -> Change? {
        .clearParameter(component: Self.component, vhost: observed.id.vhost ?? "", name: observed.id.name)
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        namedEntry(observed)
    }
}

/// The entry of a kind whose fields are the entry's members, beside name and vhost.
func namedEntry(_ observed: Resource) -> JSONValue {
    var entry = observed.fields
    entry["name"] = .string(observed.id.name)
    if let vhost = observed.id.vhost { entry["vhost"] = .string(vhost) }
    if entry["definition"] == [:] { entry["definition"] = nil }
    return .object(entry)
}
