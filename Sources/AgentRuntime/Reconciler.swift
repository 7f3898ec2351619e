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
    /// Nil on a host without a broker.
    let tools: BrokerTools?
    /// Nil where only the cluster is looked after.
    let hostScope: HostScope?
    /// Whether what concerns the cluster is left to the lead, as agents do.
    let yieldsToLead: Bool
    let secrets: SecretReader
    /// Nil where nothing can be remembered; then nothing may be applied either.
    let store: StateStore?
    let clock: @Sendable () -> Timestamp
    let processes: @Sendable () -> Int
    /// From which drift gets its author; nil where nobody listens.
    let hints: Hints?

    public init(
        manifest: ClusterManifest, revision: String?, host: String, tools: BrokerTools?, hostScope: HostScope? = nil,
        yieldsToLead: Bool = false, secrets: SecretReader, store: StateStore?, processes: (@Sendable () -> Int)? = nil,
        hints: Hints? = nil, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.manifest = manifest
        self.revision = revision
        self.host = host
        self.tools = tools
        self.hostScope = hostScope
        self.yieldsToLead = yieldsToLead
        self.secrets = secrets
        self.store = store
        self.hints = hints
        self.clock = clock
        self.processes = processes ?? { tools?.runner.started ?? 0 }
    }

    /// Reads the world and decides; changes nothing but what is remembered of it.
    public func plan() async throws(StateStoreError) -> PlannedRun {
        let look = try await observe()
        let run = try decide(look)
        if let store {
            let memory = Memory(store: store, redactor: run.redactor)
            try memory.remember(run.observation)
            try memory.remember(run, repaired: [], run: nil)
        }
        return run
    }

    /// - Parameters:
    ///   - read: what a command told of the broker at its end, which need not be read again.
    ///   - toChange: whether what is found may be changed next: then the process that read waits for that.
    ///   - beyondExport: whether all is read that the broker's exports leave out, also what the manifest lacks.
    func observe(
        _ read: BrokerReading? = nil, toChange: Bool = false, beyondExport: Bool = false
    ) async throws(StateStoreError) -> Look {
        let isBeyondExport = beyondExport || isBeyondExport
        var desired = SecretResolution(reader: secrets).resolve(manifest.resources)
        let states = await hostScope?.states()
        let isDown = states.map { $0[.rabbitmq]?.state != .running } ?? false
        var reading = BrokerReading(observation: .none(at: clock()), definitions: nil)
        var session: BrokerSession?
        if let read {
            reading = read
        } else if NodeProbe.process(of: states?[.rabbitmq]) == .stoppedBySignal {
            // Its tools would wait for a minute.
            let reason = "a signal stopped the node's process; it goes on at SIGCONT"
            reading.observation = .unknown(reason, kinds: ResourceKinds.inDefinitions.map(\.kind), at: clock())
        } else if let tools, !isDown {
            let reader = BrokerReader(tools: tools)
            if toChange {
                (reading, session) = await reader.observeAndStay(at: clock(), beyondExport: isBeyondExport)
            } else {
                reading = await reader.observe(at: clock(), beyondExport: isBeyondExport)
            }
        }
        let suspensions = try await suspensions(reading.observation)
        guard let hostScope, let states else {
            return Look(desired: desired, reading: reading, suspensions: suspensions, session: session)
        }
        let host = try await hostScope.look(
            cluster: reading.observation.cluster.view, failure: reading.failure, states: states, store: store,
            at: clock())
        reading.observation.host = host.view
        reading.observation.readings.merge(host.readings) { _, new in new }
        desired.add(host.desired)
        return Look(
            desired: desired, reading: reading, services: states, suspensions: suspensions, session: session)
    }

    /// Whether the manifest declares what the broker's exports leave out.
    var isBeyondExport: Bool {
        manifest.resources.contains { resource in
            ResourceKinds.byName[resource.id.kind]?.isBeyondExport(resource) == true
        }
    }

    /// What there is to do, given what was read.
    func decide(_ look: Look) throws(StateStoreError) -> PlannedRun {
        let desired = look.desired
        var observation = look.reading.observation
        let links = LinkKind.links(in: observation, of: desired.resources).filter { link in
            !manifest.ignore.contains { $0.fields.isEmpty && $0.matches(link.id) }
        }
        observation.links = try pasts(of: links, at: observation.readAt)
        let settled = desired.resources.map { resource in
            guard resource.id.kind == "user", desired.unreadable[resource.id] == nil else { return resource }
            return UserKind.settled(
                resource, observed: observation[resource.id], verifies: PasswordHash.verifies,
                newHash: PasswordHash.make)
        }
        let redactor = desired.redactor(manifest.resources, observation)
        var input = PlanningInput(
            desired: settled, unreadable: desired.unreadable, observation: observation, members: manifest.members,
            mode: manifest.mode, lead: lead(observation), prune: manifest.prune, ignore: manifest.ignore,
            inventory: try store?.inventory() ?? [], stalls: try store?.stalls() ?? [:])
        (input.modes, input.suspension) = (manifest.modes, look.suspensions.first)
        input.contests = try contests(at: observation.readAt)
        let plan = Planner.plan(input).redacted(by: redactor)
        return PlannedRun(
            observation: observation, plan: plan,
            conditions: Conditions.all(
                members: manifest.members, observation: observation, plan: plan,
                links: links.map { $0.redacted(by: redactor) }),
            declared: desired.resources.count, warnings: desired.warnings, redactor: redactor,
            services: look.services, failure: look.reading.failure, suspensions: look.suspensions)
    }
}

/// What a run works on: what should be and what is.
struct Look {
    let desired: ResolvedResources
    var reading: BrokerReading
    var services: [HostService: ServiceStatus] = [:]
    /// What holds at this moment, the one that ends last first.
    var suspensions: [Suspension] = []
    /// The process that read the broker, where it waits to change it.
    var session: BrokerSession?
}

extension Reconciler {
    /// Nothing is contested where a person asked for the run.
    private func contests(at now: Timestamp) throws(StateStoreError) -> [ResourceID: Contest] {
        guard yieldsToLead, let store else { return [:] }
        return try Contest.remembered(by: store, at: now)
    }

    /// Nil where this process applies what concerns the cluster because a person asked it to.
    private func lead(_ observation: Observation) -> Lead? {
        guard yieldsToLead else { return nil }
        return Lead(
            members: manifest.members, running: observation.cluster.view?.runningMembers ?? [],
            own: observation.host?.node)
    }
}

extension Plan {
    /// The plan as it may be shown and stored. What its actions hold is for the broker, and stays.
    func redacted(by redactor: Redactor) -> Plan {
        Plan(
            drift: drift.map { $0.redacted(by: redactor) }, steps: steps,
            blocked: blocked.map {
                BlockedAction($0.verb, $0.resource, guard: $0.guard, reason: redactor.redact($0.reason))
            },
            stalled: stalled, unknown: unknown.mapValues { redactor.redact($0) })
    }
}

extension Resource {
    fileprivate func redacted(by redactor: Redactor) -> Resource {
        Resource(id, fields.mapValues(redactor.redact))
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
