import ClusterModel

/// A part of a value that does not have the form that the manifest's contract asks for.
struct Misfit: Hashable {
    let path: [String]
    /// What is wrong, as it follows a name: `limits.max-queues must be an integer`.
    let reason: String
}

extension Shape {
    /// Every part of a value that could not stand where this shape is asked for.
    func misfits(_ value: JSONValue, at path: [String] = []) -> [Misfit] {
        switch self {
        case .object(let properties): Self.object(value, properties, path)
        case .list(let element): Self.list(value, element, path)
        case .oneOrMany(let element):
            value.array == nil ? element.misfits(value, at: path) : Self.list(value, element, path)
        case .map(let element):
            value.object?.sorted { $0.key.precedes($1.key) }.flatMap { element.misfits($0.value, at: path + [$0.key]) }
                ?? [Misfit(path: path, reason: "must be an object, not \(value.typeName)")]
        case .json: Self.lookalikes(value, path)
        case .jsonObject:
            value.object == nil
                ? [Misfit(path: path, reason: "must be an object, not \(value.typeName)")]
                : Self.lookalikes(value, path)
        default: complaint(about: value).map { [Misfit(path: path, reason: $0)] } ?? []
        }
    }

    private static func object(_ value: JSONValue, _ properties: [Property], _ path: [String]) -> [Misfit] {
        guard let members = value.object else {
            return [Misfit(path: path, reason: "must be an object, not \(value.typeName)")]
        }
        let unknown = members.keys.filter { name in !properties.contains { $0.name == name } }
            .sorted { $0.precedes($1) }.map { Misfit(path: path + [$0], reason: "is no key of a manifest") }
        return unknown
            + properties.flatMap { property -> [Misfit] in
                guard let member = members[property.name] else {
                    return property.isRequired ? [Misfit(path: path + [property.name], reason: "is missing")] : []
                }
                return property.shape.misfits(member, at: path + [property.name])
            }
    }

    private static func list(_ value: JSONValue, _ element: Shape, _ path: [String]) -> [Misfit] {
        guard let values = value.array else {
            return [Misfit(path: path, reason: "must be a list, not \(value.typeName)")]
        }
        return values.enumerated().flatMap { element.misfits($1, at: path + [String($0)]) }
    }

    /// An object that a manifest would take for a reference to a secret.
    private static func lookalikes(_ value: JSONValue, _ path: [String]) -> [Misfit] {
        switch value {
        case .object(let members):
            if members.count == 1, let name = members.keys.first, SecretReference.keys.contains(name) {
                return [
                    Misfit(
                        path: path, reason: "is an object with the one key \(name), which names a secret in a manifest")
                ]
            }
            return members.sorted { $0.key.precedes($1.key) }.flatMap { lookalikes($0.value, path + [$0.key]) }
        case .array(let values):
            return values.enumerated().flatMap { lookalikes($1, path + [String($0)]) }
        default:
            return []
        }
    }

    private func complaint(about value: JSONValue) -> String? {
        switch self {
        case .string(let maximum, let allowsEmpty): Self.textComplaint(value, maximum, allowsEmpty)
        case .regularExpression, .scalarText, .duration: Self.textComplaint(value, 65_536, true)
        case .secret, .text: Self.textComplaint(value, 1 << 20, true)
        case .integer(let range):
            value.integer.map(range.contains) == true
                ? nil : "must be an integer from \(range.lowerBound) to \(range.upperBound)"
        case .number: value.integer == nil && !value.isNumber ? "must be a number, not \(value.typeName)" : nil
        case .boolean: value.bool == nil ? "must be true or false, not \(value.typeName)" : nil
        case .choice(let words):
            value.string.map(words.contains) == true ? nil : "must be one of \(words.joined(separator: ", "))"
        case .json, .jsonObject, .oneOrMany, .list, .map, .object: nil
        }
    }

    private static func textComplaint(_ value: JSONValue, _ maximum: Int, _ allowsEmpty: Bool) -> String? {
        guard let text = value.string else { return "must be a text, not \(value.typeName)" }
        if text.isEmpty, !allowsEmpty { return "is empty" }
        if text.utf8.count > maximum { return "has more than \(maximum) bytes" }
        return text.utf8.contains(0) ? "holds a NUL character" : nil
    }
}

extension JSONValue {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}
