import ClusterModel

/// Global parameters, all but the cluster name.
public struct GlobalParameterKind: ResourceKind {
    public init() {}

    /// The broker's own: written at boot or by imports.
    static let reserved: Set<String> = [
        "cluster_tags", "imported_definition_hash_value", "cluster_name", lease, restartLease, suspension,
        errands,
    ]

    /// The parameter in which Warren's agents agree on who writes.
    public static let lease = "warren-lease"

    /// The parameter that says which member is being restarted: one at a time.
    public static let restartLease = "warren-restart"

    /// The parameter that suspends the whole cluster.
    public static let suspension = "warren-suspension"

    /// The parameter that keeps which shovels with an end were begun, see `ShovelKind.isDone`.
    public static let errands = "warren-errands"

    /// What an observation says of the cluster's suspension: nil where it does not know, `.some(nil)` for none.
    public static func suspension(in observation: Observation) -> Suspension?? {
        guard let all = observation.readings["global-parameter"]?.resources else { return nil }
        let value = all[ResourceID("global-parameter", name: suspension)]?["value"]
        return .some(value.flatMap { Suspension(parameter: $0.asObject) })
    }

    public var kind: Kind { "global-parameter" }
    public var fieldOrder: [String] { ["value"] }
    public var pruneKey: String? { "parameters" }

    public var section: ManifestSection? {
        ManifestSection(
            ["globalParameters"],
            of: [
                Property("name", .name, required: true, "The parameter's name."),
                Property("value", .json, required: true, "Any JSON value."),
            ], "Global runtime parameters.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            Resource(
                ResourceID(kind, name: entry["name"]?.string ?? ""), ["value": entry["value"]?.json ?? .null],
                declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions[.globalParameters].map {
            Resource(ResourceID(kind, name: Self.name($0["name"] ?? .null)), ["value": $0["value"] ?? .null])
        }
    }

    /// The broker keeps the names as atoms, of which an export spells `true`, `false` and `nil` as JSON's own words.
    private static func name(_ value: JSONValue) -> String {
        value == .null ? "nil" : value.string ?? value.description
    }

    public func isInternal(_ observed: Resource) -> Bool {
        Self.reserved.contains(observed.id.name) || observed.id.name.hasPrefix("internal_")
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        let name = desired.id.name
        if name == "cluster_name" {
            return [FieldProblem(["name"], "the cluster name is metadata.name")]
        }
        if name == "cluster_tags" {
            return [
                FieldProblem(
                    ["name"], "the broker overwrites cluster_tags at each boot; set cluster_tags.* in broker.config")
            ]
        }
        let own: Set = ["imported_definition_hash_value", Self.lease, Self.suspension, Self.errands]
        guard name.hasPrefix("internal") || own.contains(name) else {
            return []
        }
        return [FieldProblem(["name"], "\(name) is the broker's own and left out of its exports; choose another name")]
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .merge([
            DefinitionsEntry(
                .globalParameters, ["name": .string(desired.id.name), "value": desired["value"] ?? .null])
        ])
    }

    public func removal(of observed: Resource) -> Change? {
        .remove(
            Removal(
                "rabbit_runtime_parameters:clear_global(binary_to_atom(N, utf8), User)", ["N": observed.id.name]))
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        ["name": .string(observed.id.name), "value": observed["value"]?.spelledOut ?? .null]
    }
}
