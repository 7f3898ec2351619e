import ClusterModel

/// Runtime parameters of components that have no kind of their own.
public struct ParameterKind: ResourceKind {
    public init() {}

    /// Components that another kind manages, with the place in the manifest.
    static let reserved = [
        UpstreamKind.component: "federation.upstreams", UpstreamSetKind.component: "federation.upstreamSets",
        ShovelKind.component: "shovels", "operator_policy": "operatorPolicies", "policy": "policies",
        "vhost-limits": "vhosts[].limits",
    ]
    /// The broker's own book-keeping.
    static let transient: Set<String> = ["exchange-delete-in-progress"]

    public var kind: Kind { "parameter" }
    public var fieldOrder: [String] { ["value"] }
    public var pruneKey: String? { "parameters" }

    public var section: ManifestSection? {
        ManifestSection(
            ["parameters"],
            of: [
                Property("component", .name, required: true, "The component that the parameter belongs to."),
                Property("name", .name, required: true, "The parameter's name."),
                Property("vhost", .name, required: true, "The vhost that it is for."),
                Property("value", .json, required: true, "Any JSON value."),
            ], "Runtime parameters of any other component.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            resource(
                RuntimeParameter(
                    component: entry["component"]?.string ?? "", vhost: entry["vhost"]?.string ?? "",
                    name: entry["name"]?.string ?? "", value: entry["value"]?.json ?? .null), declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions.runtimeParameters
            .filter { Self.reserved[$0.component] == nil && !Self.transient.contains($0.component) }
            .map { resource($0) }
    }

    private func resource(_ parameter: RuntimeParameter, declaredBy entry: Located? = nil) -> Resource {
        Resource(
            ResourceID(kind, vhost: parameter.vhost, name: joinedName([parameter.component, parameter.name])),
            [
                "component": .string(parameter.component), "name": .string(parameter.name), "value": parameter.value,
            ], declaredBy: entry)
    }

    public func references(of desired: Resource) -> [Reference] {
        [Reference(["vhost"], VhostKind.id(desired.id.vhost ?? ""))]
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        guard let component = desired["component"]?.string, let place = Self.reserved[component] else { return [] }
        return [FieldProblem(["component"], "parameters of \(component) belong under spec.\(place)")]
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .parameter(
            component: desired["component"]?.string ?? "", vhost: desired.id.vhost ?? "",
            name: desired["name"]?.string ?? "", value: desired["value"] ?? .null)
    }

    public func removal(of observed: Resource) -> Change? {
        .clearParameter(
            component: observed["component"]?.string ?? "", vhost: observed.id.vhost ?? "",
            name: observed["name"]?.string ?? "")
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        var entry = observed.fields
        entry["vhost"] = .string(observed.id.vhost ?? "")
        entry["value"] = observed["value"]?.spelledOut ?? .null
        return .object(entry)
    }
}
