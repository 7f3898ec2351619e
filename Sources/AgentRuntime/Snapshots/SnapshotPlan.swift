import ClusterModel
import HostAccess
import Planning
import Providers
import ResourceKinds

/// Why a manifest can't be compared with a snapshot.
public struct SnapshotRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

/// What there would be to do where a snapshot was made, were this manifest in force there. Needs no broker, no store
/// and no secret: what is secret is not compared.
public struct SnapshotPlan: Sendable {
    public let snapshot: ClusterSnapshot
    public let run: PlannedRun
    /// What of the manifest is neither the same as in the snapshot nor different from it, as far as can be told.
    public let uncompared: [UncomparedField]

    /// - Throws: where the snapshot is of another cluster.
    public init(of manifest: ClusterManifest, against snapshot: ClusterSnapshot) throws(SnapshotRefusal) {
        guard snapshot.cluster.sameBytes(as: manifest.name) else {
            throw SnapshotRefusal(
                description: "the snapshot is of the cluster \(snapshot.cluster.printable) and the manifest for "
                    + "\(manifest.name.printable); compare with a snapshot of \(manifest.name.printable)")
        }
        let desired = Self.desired(of: manifest, on: snapshot)
        let (observation, uncompared) = MaskedComparison.settle(
            Self.observation(of: snapshot, for: desired.resources), by: desired.resources)
        var input = PlanningInput(
            desired: desired.resources, observation: observation, members: manifest.members, mode: manifest.mode,
            prune: manifest.prune, ignore: manifest.ignore, inventory: snapshot.created)
        input.modes = manifest.modes
        let redactor = Redactor(desired.secrets, uris: desired.uris)
        let plan = Planner.plan(input).redacted(by: redactor)
        self.snapshot = snapshot
        self.uncompared = uncompared
        run = PlannedRun(
            observation: observation, plan: plan,
            conditions: Conditions.all(members: manifest.members, observation: observation, plan: plan),
            declared: desired.resources.count, warnings: [], redactor: redactor, services: [:], failure: nil)
    }

    /// What the manifest wants of the cluster, and of the host of the snapshot where that told of its files; with a
    /// mask in place of each secret.
    private static func desired(of manifest: ClusterManifest, on snapshot: ClusterSnapshot) -> ResolvedResources {
        var desired = SecretResolution(reader: .masking).resolve(manifest.resources)
        desired.resources = desired.resources.map { resource in
            guard resource.id.kind == "user" else { return resource }
            return UserKind.settled(
                resource, observed: snapshot.observation[resource.id],
                verifies: { _, hash, _ in hash == Redaction.mask }, newHash: { _ in Redaction.mask })
        }
        guard let host = manifest.hosts.first(where: { $0.name.sameBytes(as: snapshot.host) }),
            let services = snapshot.observation.readings["service"]?.resources
        else { return desired }
        let isRunning = services[HostService.rabbitmq.id]?["state"]?.string == ServiceState.running.rawValue
        desired.add(
            HostDesired(manifest: manifest, host: host, layout: .systemd, secrets: .masking)
                .resources(
                    brokerIsRunning: isRunning, join: nil, blanks: [:], cluster: snapshot.observation.cluster.view))
        return desired
    }

    /// What the broker should have and the snapshot does not tell of is unknown.
    private static func observation(of snapshot: ClusterSnapshot, for desired: [Resource]) -> Observation {
        var observation = snapshot.observation
        for kind in Set(desired.map(\.id.kind)) where observation.readings[kind] == nil {
            guard ResourceKinds.byName[kind]?.scope == .cluster else { continue }
            observation.readings[kind] = .unknown("the snapshot of \(snapshot.host) does not tell of it")
        }
        return observation
    }
}
