import ClusterModel
import Reporting
import ResourceKinds

/// Drift and what is done about it, as lines of text and as JSON. Used by `plan`, `apply`, `drift` and `status`.
enum DriftLines {
    /// A resource with its difference, and a line for each field.
    static func text(_ drift: Drift, _ style: Style, indent: String) -> String {
        let mark =
            switch drift.difference {
            case .missing: style.mark(.create)
            case .changed: style.mark(.update)
            case .unexpected: style.mark(.delete)
            }
        var lines = "\(indent)\(mark) \(drift.resource)"
        switch drift.difference {
        case .missing: lines += "  missing"
        case .unexpected(.created): lines += "  no longer in the manifest"
        case .unexpected(.unmanaged): lines += "  unmanaged"
        case .changed: break
        }
        if let position = drift.position { lines += style.faint("  \(position)") }
        return lines + "\n" + fields(drift.changes, style, indent: indent + "    ")
    }

    static func fields(_ changes: [FieldChange], _ style: Style, indent: String) -> String {
        let width = changes.map(\.field.count).max() ?? 0
        return changes.map { change in
            if let diff = LineDiff(change) {
                return "\(indent)\(change.field)\n" + diff.text(style, indent: indent + "  ")
            }
            let name = change.field + String(repeating: " ", count: width - change.field.count)
            return "\(indent)\(name)  \(values(change))\n"
        }.joined()
    }

    private static func values(_ change: FieldChange) -> String {
        let (before, after) = (
            change.observed.map(FieldChange.short) ?? "absent", change.desired.map(FieldChange.short) ?? "absent"
        )
        return before == after ? "\(after) (differs in what is masked)" : "\(before) → \(after)"
    }

    static func json(_ drift: Drift) -> JSONValue {
        var members = identity(drift.resource)
        members["difference"] = .string(drift.word)
        members["fields"] = .array(drift.changes.map(\.json))
        members["declaredAt"] = drift.position.map { .string($0.description) } ?? .null
        return .object(members)
    }

    static func identity(_ id: ResourceID) -> [String: JSONValue] { id.jsonMembers }

    /// `3 exchanges, 1 queue`, by kind in the order of the manifest.
    static func summary(_ ids: [ResourceID]) -> String {
        let counts = Dictionary(grouping: ids, by: \.kind).mapValues(\.count)
        let parts = ResourceKinds.all.compactMap { kind in
            counts[kind.kind].map { counted($0, kind.kind.name, plural(of: kind.kind.name)) }
        }
        return parts.joined(separator: ", ")
    }

    private static func plural(of name: String) -> String {
        if name.hasSuffix("s") { return name }
        return name.hasSuffix("y") ? name.dropLast() + "ies" : name + "s"
    }

    /// `create 3 exchanges; change 1 queue`.
    static func summary(of actions: [Action]) -> String {
        let verbs: [(Action.Verb, String)] = [(.create, "create"), (.update, "change"), (.delete, "delete")]
        return verbs.compactMap { verb, word in
            let ids = actions.filter { $0.verb == verb }.map(\.resource)
            return ids.isEmpty ? nil : "\(word) \(summary(ids))"
        }.joined(separator: "; ")
    }
}

/// Reasons that many resources share are said once.
func groupedByReason<Item>(_ items: [Item], _ reason: (Item) -> String) -> [(reason: String, items: [Item])] {
    var groups: [(reason: String, items: [Item])] = []
    for item in items {
        if let index = groups.firstIndex(where: { $0.reason == reason(item) }) {
            groups[index].items.append(item)
        } else {
            groups.append((reason(item), [item]))
        }
    }
    return groups
}

/// The first items, and how many more there are; all of them without a limit.
func limited<Item>(_ items: [Item], to limit: Int?, _ line: (Item) -> String) -> String {
    let shown = items.prefix(limit ?? items.count)
    let rest = items.count - shown.count
    return shown.map(line).joined() + (rest > 0 ? "  … and \(grouped(rest)) more; --full prints them\n" : "")
}
