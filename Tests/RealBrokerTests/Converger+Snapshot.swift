import AgentRuntime
import ClusterModel
import HostAccess
import Testing

extension Converger {
    /// Compares the manifest with a snapshot of the broker, as it is on a machine that has neither broker nor secrets,
    /// and expects what the plan on the broker says.
    ///
    /// - Parameter fields: which differ in a secret alone, so that the snapshot can't tell.
    func expectTheSameElsewhere(
        _ spec: String, as live: Plan, secret fields: Set<String> = [], of place: SourceLocation = #_sourceLocation
    ) async throws {
        let manifest = try manifest(spec, of: place)
        let document = try await reconciler(manifest).snapshot().json.description
        #expect(!document.contains("pa55"), "a snapshot holds no secret", sourceLocation: place)
        let snapshot = try ClusterSnapshot(json: JSONValue(parsing: Array(document.utf8)))
        let elsewhere = try SnapshotPlan(of: manifest, against: snapshot)
        #expect(elsewhere.run.plan.openDrift == live.drift(without: fields), sourceLocation: place)
        #expect(elsewhere.run.plan.unmanaged == live.unmanaged, sourceLocation: place)
        let differing = Set(live.drift(without: fields).map(\.resource))
        #expect(
            elsewhere.run.plan.actions.map { "\($0.verb) \($0.resource)" }
                == live.actions.filter { differing.contains($0.resource) }.map { "\($0.verb) \($0.resource)" },
            sourceLocation: place)
        #expect(elsewhere.run.plan.guards == live.guards, sourceLocation: place)
        #expect(elsewhere.run.plan.unknown == [:], sourceLocation: place)
        let uncompared = Set(elsewhere.uncompared.map { "\($0.resource) \($0.field)" })
        if live.drift.allSatisfy({ $0.word != "missing" }) {
            #expect(uncompared.contains("user app passwordHash"), sourceLocation: place)
        }
    }
}

extension Plan {
    /// What is open, without differences in these fields.
    fileprivate func drift(without fields: Set<String>) -> [Drift] {
        openDrift.compactMap { drift in
            guard case .changed(let changes) = drift.difference else { return drift }
            let left = changes.filter { !fields.contains($0.field) }
            return left.isEmpty ? nil : Drift(drift.resource, .changed(left), position: drift.position)
        }
    }
}
