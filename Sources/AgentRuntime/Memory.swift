import ClusterModel
import Planning
import Providers
import ResourceKinds
import StateStore

/// What a run writes down, in the words of the store. What is no plan, which is redacted
/// when it is made, is redacted here.
struct Memory: Sendable {
    let store: StateStore
    let redactor: Redactor
    /// Nil where nobody listens to what the broker says.
    var hints: Hints?

    func remember(_ observation: Observation) throws(StateStoreError) {
        var kinds: [Kind: ObservedKind] = [:]
        for (kind, reading) in observation.readings {
            switch reading {
            case .unknown(let reason): kinds[kind] = .unknown(redactor.redact(reason))
            case .known(let resources): kinds[kind] = .known(resources.values.compactMap(record))
            }
        }
        try store.recordObservation(kinds, at: observation.readAt)
        // A host without a broker knows nothing of the cluster, which is no failure to read it.
        if let host = observation.host, host.node == nil { return }
        try store.recordCluster(observation.cluster, at: observation.readAt)
    }

    private func record(_ resource: Resource) -> ObservedRecord? {
        guard let kind = ResourceKinds.byName[resource.id.kind], !kind.isInternal(resource) else { return nil }
        let shown = JSONValue.object(
            resource.fields.reduce(into: [:]) { $0[$1.key] = redactor.redact(kind.redact($1.key, $1.value)) })
        let digest = stableFingerprint([JSONValue.object(resource.fields).description])
        return ObservedRecord(resource.id, digest: digest, fields: shown)
    }

    @discardableResult
    func remember(
        _ run: PlannedRun, repaired: Set<ResourceID>, run id: Int64?
    ) throws(StateStoreError) -> DriftTransition {
        let known = run.observation.readings.filter { $0.value.resources != nil }.map(\.key)
        let readAt = run.observation.readAt
        let transition = try store.recordDrift(
            run.plan.drift, observedKinds: Set(known), repaired: repaired,
            authors: { open in hints?.authors(of: run, open: open).mapValues(redacted) ?? [:] }, run: id, at: readAt)
        if let hints {
            let moment = Timestamp(milliseconds: readAt.milliseconds - Int64(Attribution.age * 1000))
            try store.nameAuthors(ofDriftClosedSince: moment) { hints.lateAuthors(of: $0).mapValues(redacted) }
        }
        try store.recordConditions(run.conditions, at: readAt)
        try store.recordBlocked(run.plan.blocked)
        return transition
    }

    private func redacted(_ author: Author) -> Author { Author(redactor.redact(author.name), at: author.at) }

    /// Keeps a redacted export of the definitions for disaster recovery.
    func keepSnapshot(_ definitions: Definitions?, at now: Timestamp) throws(StateStoreError) {
        guard let definitions else { return }
        try store.saveSnapshot(definitions: redactor.redact(definitions.redacted.json).description, at: now)
    }
}
