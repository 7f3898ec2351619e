import ClusterModel

/// Policies and operator policies.
public struct PolicyKind: ResourceKind {
    public enum Author: Sendable { case user, `operator` }

    let author: Author
    public init(_ author: Author) { self.author = author }

    public var kind: Kind { author == .user ? "policy" : "operator-policy" }
    public var fieldOrder: [String] { ["pattern", "applyTo", "priority", "definition"] }
    public var pruneKey: String? { "policies" }

    public var section: ManifestSection? {
        ManifestSection(
            [author == .user ? "policies" : "operatorPolicies"],
            of: [
                Property("name", .name, required: true, "The policy's name."),
                Property("vhost", .name, required: true, "The vhost that it is for."),
                Property("pattern", .regularExpression, required: true, "Matches names of queues or exchanges."),
                Property("applyTo", .choice(Self.targets), default: "all", "What the pattern matches."),
                Property("priority", .integer(-1_000_000...1_000_000), default: 0, "The highest one wins."),
                Property("definition", .jsonObject, required: true, "RabbitMQ's own keys, verbatim."),
            ],
            author == .user ? "Policies." : "Operator policies: limits that users cannot lift.")
    }

    static let targets = ["all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"]

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            Resource(
                id(entry["vhost"]?.string, entry["name"]?.string),
                [
                    "pattern": entry["pattern"]?.json ?? "",
                    "applyTo": entry["applyTo"]?.json ?? "all",
                    "priority": entry["priority"]?.json ?? 0,
                    "definition": entry["definition"]?.json ?? [:],
                ], declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        switch author {
        case .user:
            definitions[.policies].map { value in
                resource(id(value["vhost"]?.string, value["name"]?.string), value)
            }
        case .operator:
            definitions.parameters(of: "operator_policy").map { parameter in
                resource(id(parameter.vhost, parameter.name), parameter.value.asObject)
            }
        }
    }

    private func id(_ vhost: String?, _ name: String?) -> ResourceID {
        ResourceID(kind, vhost: vhost ?? "", name: name ?? "")
    }

    private func resource(_ id: ResourceID, _ value: JSONValue) -> Resource {
        Resource(
            id,
            [
                "pattern": value["pattern"] ?? "",
                "applyTo": value["apply-to"] ?? "all",
                "priority": value["priority"] ?? 0,
                "definition": (value["definition"] ?? [:]).asObject,
            ])
    }

    public func references(of desired: Resource) -> [Reference] {
        let vhost = desired.id.vhost ?? ""
        let definition = desired["definition"]
        var references = [Reference(["vhost"], VhostKind.id(vhost))]
        if let name = definition?["federation-upstream"]?.string {
            references.append(Reference(["definition", "federation-upstream"], UpstreamKind.id(vhost, name)))
        }
        if let name = definition?["federation-upstream-set"]?.string, name != UpstreamSetKind.builtIn {
            references.append(Reference(["definition", "federation-upstream-set"], UpstreamSetKind.id(vhost, name)))
        }
        return references
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        PolicyKeys.problems(
            in: desired["definition"] ?? [:], applyTo: desired["applyTo"]?.string ?? "all",
            isOperator: author == .operator, on: version)
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        var value: [String: JSONValue] = [
            "pattern": desired["pattern"] ?? "", "apply-to": desired["applyTo"] ?? "all",
            "priority": desired["priority"] ?? 0, "definition": desired["definition"] ?? [:],
        ]
        let (vhost, name) = (desired.id.vhost ?? "", desired.id.name)
        guard author == .user else {
            return .parameter(component: "operator_policy", vhost: vhost, name: name, value: .object(value))
        }
        value["vhost"] = .string(vhost)
        value["name"] = .string(name)
        return .merge([DefinitionsEntry(.policies, .object(value))])
    }

    public func removal(of observed: Resource) -> Change? {
        let function = author == .user ? "delete" : "delete_op"
        return .remove(
            Removal("rabbit_policy:\(function)(V, N, User)", ["V": observed.id.vhost ?? "", "N": observed.id.name]))
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        var entry = observed.fields
        entry["name"] = .string(observed.id.name)
        entry["vhost"] = .string(observed.id.vhost ?? "")
        return .object(entry)
    }
}
