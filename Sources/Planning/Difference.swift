import ClusterModel
import ResourceKinds

/// One resource that is not as it should be: what is reported of it, and what would be changed.
struct Difference: Sendable {
    let kind: any ResourceKind
    let drift: Drift
    /// Nil where nothing is to be done: unmanaged, or not to be deleted.
    let change: ProposedChange?
}

/// Desired beside observed, both ways.
struct Comparison {
    let input: PlanningInput

    /// In manifest order; what the manifest does not name comes last, by kind and name.
    func differences() -> [Difference] {
        let kinds = ResourceKinds.byName
        var differences: [Difference] = []
        var named = Set<ResourceID>(minimumCapacity: input.desired.count)
        for desired in input.desired + LinkKind.desired(in: input.observation, of: input.desired) {
            named.insert(desired.id)
            guard let kind = kinds[desired.id.kind], let reading = input.observation.readings[desired.id.kind],
                case .known(let observed) = reading,
                let difference = difference(kind, desired, observed[desired.id])
            else { continue }
            differences.append(difference)
        }
        return differences + unexpected(besides: named)
    }

    private func difference(_ kind: any ResourceKind, _ desired: Resource, _ observed: Resource?) -> Difference? {
        let ignored = ignoredFields(of: desired.id)
        if let ignored, ignored.isEmpty { return nil }
        guard let observed else {
            if kind.isDone(desired, in: input.observation) { return nil }
            return Difference(
                kind: kind, drift: Drift(desired.id, .missing, position: desired.position),
                change: ProposedChange(.create, desired: desired, observed: nil))
        }
        let changes = changes(kind, desired, observed, ignoring: ignored ?? [])
        guard !changes.isEmpty else { return nil }
        return Difference(
            kind: kind, drift: Drift(desired.id, .changed(changes), position: desired.position),
            change: ProposedChange(
                .update, desired: keeping(ignored ?? [], of: observed, in: desired), observed: observed,
                fields: changes.map(\.field)))
    }

    private func changes(
        _ kind: any ResourceKind, _ desired: Resource, _ observed: Resource, ignoring ignored: Set<String>
    ) -> [FieldChange] {
        var changes: [FieldChange] = []
        for field in kind.fieldOrder where !ignored.contains(field) {
            guard let wanted = desired.fields[field] else { continue }
            let found = observed.fields[field]
            if wanted == found { continue }
            if let found, kind.comparable(field, wanted) == kind.comparable(field, found) { continue }
            changes.append(
                FieldChange(
                    field: field, observed: found.map { kind.redact(field, $0) }, desired: kind.redact(field, wanted)))
        }
        return changes
    }

    /// A field that is ignored keeps its observed value, also when the rest of the object is written.
    private func keeping(_ ignored: Set<String>, of observed: Resource, in desired: Resource) -> Resource {
        var kept = desired
        for field in ignored { kept.fields[field] = observed.fields[field] }
        return kept
    }

    private func unexpected(besides named: Set<ResourceID>) -> [Difference] {
        ResourceKinds.all.flatMap { kind -> [Difference] in
            guard let observed = input.observation.readings[kind.kind]?.resources else { return [] }
            return observed.values
                .filter { !named.contains($0.id) && !kind.isInternal($0) && ignoredFields(of: $0.id) != [] }
                .sorted { $0.id < $1.id }
                .map { unexpected(kind, $0) }
        }
    }

    private func unexpected(_ kind: any ResourceKind, _ observed: Resource) -> Difference {
        let isOwned = input.inventory.contains(observed.id)
        let isWanted = kind.goesWithManifest || kind.pruneKey.map(input.prune.enabled.contains) == true
        let isPruned = isOwned && isWanted
        return Difference(
            kind: kind, drift: Drift(observed.id, .unexpected(isOwned ? .created : .unmanaged)),
            change: isPruned ? ProposedChange(.delete, desired: nil, observed: observed) : nil)
    }

    /// Nil: nothing is ignored; empty: all of it is; else these fields.
    private func ignoredFields(of id: ResourceID) -> Set<String>? {
        guard !input.ignore.isEmpty else { return nil }
        let rules = input.ignore.filter { $0.matches(id) }
        guard !rules.isEmpty else { return nil }
        return rules.contains { $0.fields.isEmpty } ? [] : rules.reduce(into: []) { $0.formUnion($1.fields) }
    }
}
