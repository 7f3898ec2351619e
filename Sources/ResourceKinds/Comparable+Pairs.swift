import ClusterModel

extension JSONValue {
    /// The value with lists of `[name, value]` pairs read as objects, and an empty object as an empty list.
    ///
    /// What a `rabbitmqctl set_…` command wrote comes back from the broker as Erlang's list of pairs
    /// (facts: `"definition":[["max-length",100]]`), what an import wrote as an object. Both mean the same.
    public var pairListsAsObjects: JSONValue {
        switch self {
        case .array(let elements):
            var members: [String: JSONValue] = [:]
            for element in elements {
                guard case .array(let pair) = element, pair.count == 2, let name = pair[0].string,
                    members.updateValue(pair[1].pairListsAsObjects, forKey: name) == nil
                else { return .array(elements.map(\.pairListsAsObjects)) }
            }
            return elements.isEmpty ? self : .object(members)
        case .object(let members):
            return members.isEmpty ? [] : .object(members.mapValues(\.pairListsAsObjects))
        default:
            return self
        }
    }

    /// The value as a person would write it: lists of pairs as objects, all else as it is.
    ///
    /// An import of the pairs would make a list of them (facts, seen on 3.10.8 and 4.0.5).
    var spelledOut: JSONValue {
        switch self {
        case .array(let elements):
            if !elements.isEmpty, case .object = pairListsAsObjects {
                let values = elements.map { $0.array?.last?.spelledOut ?? .null }
                let names = elements.map { $0.array?.first?.string ?? "" }
                return .object(Dictionary(zip(names, values), uniquingKeysWith: { _, last in last }))
            }
            return .array(elements.map(\.spelledOut))
        case .object(let members): return .object(members.mapValues(\.spelledOut))
        default: return self
        }
    }

    /// An object, whichever way the broker wrote it.
    public var asObject: JSONValue {
        switch pairListsAsObjects {
        case .object(let members): .object(members)
        default: .object([:])
        }
    }
}
