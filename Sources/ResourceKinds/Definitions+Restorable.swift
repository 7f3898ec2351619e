import ClusterModel

extension Definitions {
    /// What of a redacted export may be imported into a new cluster. Left out is what holds a masked secret, the rights of
    /// users that are left out, what belongs to the cluster that was, and what the broker makes itself.
    ///
    /// - Returns: also how many entries are left out, by section.
    public var restorable: (definitions: Definitions, leftOut: [DefinitionsSection: Int]) {
        let unknown = Set(self[.users].filter(\.isMasked).compactMap { $0["name"]?.string })
        var kept: [DefinitionsSection: [JSONValue]] = [:]
        var leftOut: [DefinitionsSection: Int] = [:]
        for (section, entries) in sections where section != .errands {
            let ofTheNew = entries.filter { !Self.isOfTheCluster($0, section) }
            kept[section] = ofTheNew.filter { entry in
                !entry.isMasked && !(entry["user"]?.string.map(unknown.contains) ?? false)
            }
            let missing = ofTheNew.count - (kept[section]?.count ?? 0)
            if missing > 0 { leftOut[section] = missing }
        }
        return (Definitions(kept), leftOut)
    }

    private static func isOfTheCluster(_ entry: JSONValue, _ section: DefinitionsSection) -> Bool {
        let name = entry["name"]?.string ?? ""
        switch section {
        case .globalParameters:
            return GlobalParameterKind().isInternal(Resource(ResourceID("global-parameter", name: name), [:]))
        case .exchanges: return name.isEmpty || name.hasPrefix("amq.")
        case .bindings: return entry["source"]?.string?.isEmpty ?? true
        default: return false
        }
    }
}
