import ClusterModel

/// A runtime parameter as a definitions document holds it.
struct RuntimeParameter {
    let component: String
    let vhost: String
    let name: String
    let value: JSONValue
}

extension Definitions {
    var runtimeParameters: [RuntimeParameter] {
        self[.parameters].map {
            RuntimeParameter(
                component: $0["component"]?.string ?? "", vhost: $0["vhost"]?.string ?? "",
                name: $0["name"]?.string ?? "", value: $0["value"] ?? .null)
        }
    }

    func parameters(of component: String) -> [RuntimeParameter] {
        runtimeParameters.filter { $0.component == component }
    }
}

extension Change {
    /// Sets one runtime parameter.
    static func parameter(component: String, vhost: String, name: String, value: JSONValue) -> Change {
        .merge([.parameter(component: component, vhost: vhost, name: name, value: value)])
    }

    /// Clears one runtime parameter. `delete_shovel` would crash on 3.x while any shovel is starting.
    static func clearParameter(component: String, vhost: String, name: String) -> Change {
        .remove(
            Removal(
                "rabbit_runtime_parameters:clear(V, C, N, User)", ["V": vhost, "C": component, "N": name]))
    }
}

extension DefinitionsEntry {
    static func parameter(component: String, vhost: String, name: String, value: JSONValue) -> DefinitionsEntry {
        DefinitionsEntry(
            .parameters,
            ["component": .string(component), "vhost": .string(vhost), "name": .string(name), "value": value])
    }
}

/// The broker's import makes the atom `nil` of null, which only its own tools print as null again (seen on 3.10.8
/// and 4.0.5).
func nullProblems(_ desired: Resource) -> [FieldProblem] {
    guard desired["value"]?.holdsNull == true else { return [] }
    return [
        FieldProblem(
            ["value"], "the broker's import makes the word nil of null; leave it out, or write another value",
            severity: .warning)
    ]
}

extension JSONValue {
    fileprivate var holdsNull: Bool {
        switch self {
        case .null: true
        case .array(let values): values.contains(where: \.holdsNull)
        case .object(let members): members.values.contains(where: \.holdsNull)
        default: false
        }
    }
}
