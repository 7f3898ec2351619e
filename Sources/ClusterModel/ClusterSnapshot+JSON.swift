extension ClusterSnapshot {
    static let format = "warren-snapshot"

    /// Stable and documented in docs/command-line.md.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "format": .string(Self.format), "version": .integer(Self.version), "cluster": .string(cluster),
            "host": .string(host), "revision": revision.map(JSONValue.string) ?? .null,
            "observedAt": .string(observation.readAt.iso8601), "view": .null, "viewUnknown": .null,
            "kinds": .object(
                Dictionary(uniqueKeysWithValues: observation.readings.map { ($0.key.name, json($0.value)) })),
        ]
        switch observation.cluster {
        case .known(let view): members["view"] = view.json
        case .unknown(let reason): members["viewUnknown"] = .string(reason)
        }
        return .object(members)
    }

    private func json(_ reading: Reading) -> JSONValue {
        switch reading {
        case .unknown(let reason): ["unknown": .string(reason)]
        case .known(let all): ["resources": .array(all.values.sorted { $0.id < $1.id }.map(json))]
        }
    }

    private func json(_ resource: Resource) -> JSONValue {
        [
            "vhost": resource.id.vhost.map(JSONValue.string) ?? .null, "name": .string(resource.id.name),
            "created": .bool(created.contains(resource.id)), "fields": .object(resource.fields),
        ]
    }
}

extension ClusterView {
    fileprivate var json: JSONValue {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
        return [
            "version": .string("\(version)"), "clusterName": .string(clusterName),
            "identity": identity.map(JSONValue.string) ?? .null, "members": list(members),
            "runningMembers": list(runningMembers), "partitions": .object(partitions.mapValues(list)),
            "alarms": list(alarms), "drained": .bool(isDrained),
        ]
    }
}
