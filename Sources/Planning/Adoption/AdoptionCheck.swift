import ClusterModel
import ResourceKinds

/// Reads a draft as the loader and the planner will, beside the broker that it was made from.
struct AdoptionCheck {
    private let source: AdoptionSource
    private let draft: AdoptionDraft
    private let spec: Located

    init(_ source: AdoptionSource, _ draft: AdoptionDraft) {
        self.source = source
        self.draft = draft
        // The loader hands the name over in this way.
        spec = Located(
            adopted: .object(draft.spec.merging(["clusterName": .string(source.clusterName)]) { _, new in new }))
    }

    /// What must not stay in the manifest: what validation refuses, and what would be drift.
    func complaints() -> [LeftOut] {
        let desired = ResourceKinds.all.flatMap { $0.desired(in: spec) }
        let refused = refused(desired)
        return refused.isEmpty ? drifting(desired) : refused
    }

    private func refused(_ desired: [Resource]) -> [LeftOut] {
        let declared = Set(desired.map(\.id))
        return desired.compactMap { resource in
            guard let kind = ResourceKinds.byName[resource.id.kind] else { return nil }
            if let problem = kind.problems(of: resource, on: source.version).first(where: { $0.severity == .error }) {
                return LeftOut(resource: resource.id, reason: problem.message)
            }
            let missing = kind.references(of: resource).map(\.target).first { target in
                !declared.contains(target) && target != VhostKind.id(VhostKind.standard) && !isBrokersOwn(target)
            }
            return missing.map {
                LeftOut(resource: resource.id, reason: "it needs \($0), which the manifest does not declare")
            }
        }
    }

    /// What exists without a manifest, such as `amq.topic`.
    private func isBrokersOwn(_ target: ResourceID) -> Bool {
        ResourceKinds.byName[target.kind]?.isInternal(Resource(target, [:])) ?? false
    }

    private func drifting(_ desired: [Resource]) -> [LeftOut] {
        let texts = Dictionary(draft.secrets.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
        let resolved = desired.map { resource in
            Resource(
                resource.id, resource.fields.mapValues { $0.resolvingReferences(texts) },
                declaredBy: resource.declaration)
        }
        let plan = Planner.plan(
            PlanningInput(
                desired: resolved, observation: observation(), members: source.hosts.map(\.nodeName), ignore: ignored())
        )
        return plan.openDrift.filter { $0.resource.kind != ClusterNameKind.id.kind }.map { drift in
            let fields = drift.changes.map(\.field).joined(separator: ", ")
            return LeftOut(
                resource: drift.resource, reason: "a manifest can't say its \(fields.isEmpty ? "identity" : fields)")
        }
    }

    private func ignored() -> [IgnoreRule] {
        (draft.spec["ignore"]?.array ?? []).map { rule in
            IgnoreRule(
                pattern: rule["resource"]?.string ?? "", fields: Set(rule["fields"]?.array?.compactMap(\.string) ?? []))
        }
    }

    private func observation() -> Observation {
        var readings: [Kind: Reading] = [:]
        for kind in ResourceKinds.inDefinitions {
            readings[kind.kind] = .known(
                Dictionary(
                    kind.observed(in: source.definitions).map { ($0.id, $0) }, uniquingKeysWith: { _, last in last }))
        }
        readings[PluginsKind.id.kind] = .known(
            [
                PluginsKind.id: Resource(
                    PluginsKind.id, ["enabled": .array((source.plugins ?? []).map(JSONValue.string))])
            ])
        return Observation(readings: readings, cluster: .unknown("not asked"), readAt: Timestamp(milliseconds: 0))
    }
}

extension Located {
    /// A value that stands in no file.
    init(adopted value: JSONValue) {
        let nowhere = SourcePosition(file: "", line: 1, column: 1)
        let content: Content =
            switch value {
            case .array(let elements): .list(elements.map { Located(adopted: $0) })
            case .object(let members):
                .object(
                    members.sorted { $0.key.precedes($1.key) }.map {
                        Member(name: $0.key, namePosition: nowhere, value: Located(adopted: $0.value))
                    })
            default: .scalar(value)
            }
        self.init(content, at: nowhere)
    }
}

extension JSONValue {
    /// The value with each reference to a file replaced by the file's text.
    fileprivate func resolvingReferences(_ texts: [String: String]) -> JSONValue {
        if case .file(let path)? = SecretReference(self), let text = texts[path] { return .string(text) }
        switch self {
        case .array(let values): return .array(values.map { $0.resolvingReferences(texts) })
        case .object(let members): return .object(members.mapValues { $0.resolvingReferences(texts) })
        default: return self
        }
    }
}
