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
