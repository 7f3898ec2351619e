import ClusterModel
import Planning

extension DriftReport {
    /// Stable and documented in docs/command-line.md.
    public var json: JSONValue {
        [
            "cluster": text(cluster), "host": text(host), "madeAt": .string(now.iso8601),
            "since": text(since?.iso8601), "until": text(until?.iso8601),
            "observedAt": text(observedAt?.iso8601), "unknown": text(unknownReason),
            "open": .array(open.shown.map { $0.json(at: now) }), "openTotal": .integer(open.total),
            "closed": closed.map { .array($0.shown.map { $0.json(at: now) }) } ?? .null,
            "closedTotal": closed.map { .integer($0.total) } ?? .null,
            "repairedTotal": closed.map { .integer($0.repaired) } ?? .null,
            "authors": .array(authors.map { ["author": .string($0.name), "count": .integer($0.count)] }),
            "unmanaged": .array(unmanaged.map { .object($0.jsonMembers) }),
        ]
    }

    private func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
}

extension DriftEntry {
    public func json(at now: Timestamp) -> JSONValue {
        var members = resource.jsonMembers
        members["difference"] = .string(word)
        members["fields"] = .array(changes.map(\.json))
        members["author"] = author.map(JSONValue.string) ?? .null
        members["authorAt"] = authorAt.map { .string($0.iso8601) } ?? .null
        members["contested"] = contest.map(\.json) ?? .null
        members["openedAt"] = .string(openedAt.iso8601)
        members["openedBy"] = run(openedBy)
        members["closedAt"] = closedAt.map { .string($0.iso8601) } ?? .null
        members["closedBy"] = run(closedBy)
        members["seconds"] = .number((closedAt ?? now).seconds(since: openedAt))
        members["resolution"] = resolution.map { .string($0.rawValue) } ?? .null
        return .object(members)
    }

    private func run(_ id: Int64?) -> JSONValue { id.map { .integer(Int($0)) } ?? .null }
}

extension ResourceID {
    /// How every JSON of Warren names a resource.
    public var jsonMembers: [String: JSONValue] {
        [
            "resource": .string("\(kind) \(path)"), "kind": .string(kind.name),
            "vhost": vhost.map(JSONValue.string) ?? .null, "name": .string(name),
        ]
    }
}

extension FieldChange {
    /// `diff` is the unified diff of two texts of several lines, and only there for such.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "field": .string(field), "observed": observed ?? .null, "desired": desired ?? .null,
        ]
        members["diff"] = LineDiff(self).map { diff in .string(diff.unified.map { $0.text + "\n" }.joined()) }
        return .object(members)
    }
}

extension Contest {
    fileprivate var json: JSONValue {
        [
            "repairs": .integer(repairs), "authors": .array(authors.map(JSONValue.string)),
            "since": .string(since.iso8601), "heldUntil": .string(heldUntil.iso8601),
        ]
    }
}
