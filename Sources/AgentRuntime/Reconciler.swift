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

    func observe() async -> BrokerReading {
        let isBeyondExport = manifest.resources.contains { resource in
            ResourceKinds.byName[resource.id.kind]?.isBeyondExport(resource) == true
        }
        return await reader.observe(at: clock(), beyondExport: isBeyondExport)
    }

    /// What there is to do, given what was read.
    func decide(_ desired: ResolvedResources, _ observation: Observation) throws(StateStoreError) -> PlannedRun {
        let settled = desired.resources.map { resource in
            guard resource.id.kind == "user", desired.unreadable[resource.id] == nil else { return resource }
            return UserKind.settled(
                resource, observed: observation[resource.id], verifies: PasswordHash.verifies,
                newHash: PasswordHash.make)
        }
        let plan = Planner.plan(
            PlanningInput(
                desired: settled, unreadable: desired.unreadable, observation: observation, members: manifest.members,
                mode: manifest.mode, prune: manifest.prune, ignore: manifest.ignore,
                inventory: try store?.inventory() ?? [], stalls: try store?.stalls() ?? [:]))
        return PlannedRun(
            observation: observation, plan: plan,
            conditions: Conditions.all(members: manifest.members, observation: observation, plan: plan),
            declared: manifest.resources.count, warnings: desired.warnings, redactor: desired.redactor)
    }
}
