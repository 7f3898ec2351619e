import ClusterModel
import ResourceKinds
import StateStore

extension Reconciler {
    /// What there is to see, redacted, to be taken elsewhere. Changes nothing, and remembers nothing.
    public func snapshot() async throws(StateStoreError) -> ClusterSnapshot {
        let look = try await observe(beyondExport: true)
        var observation = look.reading.observation
        let redactor = look.desired.redactor(manifest.resources, observation)
        observation.host = nil
        observation.readings = observation.readings.reduce(into: [:]) { redacted, reading in
            redacted[reading.key] = Self.redacted(reading.value, of: reading.key, by: redactor)
        }
        if case .unknown(let reason) = observation.cluster {
            observation.cluster = .unknown(redactor.redact(reason))
        }
        return ClusterSnapshot(
            cluster: manifest.name, host: host, revision: revision, observation: observation,
            created: try store?.inventory() ?? [])
    }

    private static func redacted(_ reading: Reading, of kind: Kind, by redactor: Redactor) -> Reading {
        switch reading {
        case .unknown(let reason): .unknown(redactor.redact(reason))
        case .known(let resources): .known(resources.mapValues { $0.redacted(by: redactor) })
        }
    }
}

extension Resource {
    fileprivate func redacted(by redactor: Redactor) -> Resource {
        guard let kind = ResourceKinds.byName[id.kind] else { return Resource(id, [:]) }
        return Resource(
            id, fields.reduce(into: [:]) { $0[$1.key] = redactor.redact(kind.redact($1.key, $1.value)) })
    }
}
