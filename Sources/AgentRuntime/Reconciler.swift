import ClusterModel
import HostAccess
import Planning
import Providers
import ResourceKinds
import StateStore

/// One pass after another: observe, diff, plan, guard, apply, observe.
///
/// Everything that decides is in `Planning`; this only reads, carries out and writes down.
public struct Reconciler: Sendable {
    let manifest: ClusterManifest
    let revision: String?
    let host: String
    let reader: BrokerReader
    let writer: BrokerWriter
    let secrets: SecretReader
    /// Nil where nothing can be remembered; then nothing may be applied either.
    let store: StateStore?
    let clock: @Sendable () -> Timestamp
    let processes: @Sendable () -> Int

    public init(
        manifest: ClusterManifest, revision: String?, host: String, tools: BrokerTools, secrets: SecretReader,
        store: StateStore?, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.manifest = manifest
        self.revision = revision
        self.host = host
        reader = BrokerReader(tools: tools)
        writer = BrokerWriter(tools: tools)
        self.secrets = secrets
        self.store = store
        self.clock = clock
        processes = { tools.runner.started }
    }

    /// Reads the world and decides; changes nothing but what is remembered of it.
    public func plan() async throws(StateStoreError) -> PlannedRun {
        let desired = SecretResolution(reader: secrets).resolve(manifest.resources)
        let reading = await observe()
        let run = try decide(desired, reading.observation)
        if let store {
            let memory = Memory(store: store, redactor: run.redactor)
            try memory.remember(run.observation)
            try memory.remember(run, repaired: [], run: nil)
        }
        return run
    }

    /// - Parameter view: the cluster as this run saw it a moment ago.
    func observe(recently view: ClusterView? = nil) async -> BrokerReading {
        let isBeyondExport = manifest.resources.contains { resource in
            ResourceKinds.byName[resource.id.kind]?.isBeyondExport(resource) == true
        }
        return await reader.observe(at: clock(), beyondExport: isBeyondExport, recently: view)
    }

    /// What there is to do, given what was read.
    func decide(_ desired: ResolvedResources, _ observation: Observation) throws(StateStoreError) -> PlannedRun {
        let settled = desired.resources.map { resource in
            guard resource.id.kind == "user", desired.unreadable[resource.id] == nil else { return resource }
            return UserKind.settled(
                resource, observed: observation[resource.id], verifies: PasswordHash.verifies,
                newHash: PasswordHash.make)
        }
        let redactor = desired.redactor(manifest.resources, observation)
        let plan = Planner.plan(
            PlanningInput(
                desired: settled, unreadable: desired.unreadable, observation: observation, members: manifest.members,
                mode: manifest.mode, prune: manifest.prune, ignore: manifest.ignore,
                inventory: try store?.inventory() ?? [], stalls: try store?.stalls() ?? [:])
        ).redacted(by: redactor)
        return PlannedRun(
            observation: observation, plan: plan,
            conditions: Conditions.all(members: manifest.members, observation: observation, plan: plan),
            declared: manifest.resources.count, warnings: desired.warnings, redactor: redactor)
    }
}

extension Plan {
    /// The plan as it may be shown and stored. What its actions hold is for the broker, and stays.
    fileprivate func redacted(by redactor: Redactor) -> Plan {
        Plan(
            drift: drift.map { $0.redacted(by: redactor) }, steps: steps,
            blocked: blocked.map {
                BlockedAction($0.verb, $0.resource, guard: $0.guard, reason: redactor.redact($0.reason))
            },
            stalled: stalled, unknown: unknown.mapValues { redactor.redact($0) })
    }
}

extension Drift {
    fileprivate func redacted(by redactor: Redactor) -> Drift {
        guard case .changed(let changes) = difference else { return self }
        let redacted = changes.map {
            FieldChange(
                field: $0.field, observed: $0.observed.map(redactor.redact), desired: $0.desired.map(redactor.redact))
        }
        return Drift(resource, .changed(redacted), position: position)
    }
}
