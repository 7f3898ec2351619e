import ClusterModel
import HostAccess
import Planning
import Providers
import ResourceKinds
import StateStore

extension Reconciler {
    /// How often a run looks again after acting, before it leaves the rest to the next one.
    static let maximumPasses = 5
    /// A guard that was looked at longer ago than this is looked at again before the next step.
    static let guardAge = 5.0

    /// Reconciles until converged, stalled or blocked. The store is not optional: intent is written before it is
    /// acted upon.
    public func apply(
        cause: RunCause, store: StateStore, progress: (RunEvent) -> Void
    ) async throws(StateStoreError) -> RunReport {
        let begun = clock()
        let processesBefore = processes()
        let id = try store.beginRun(cause: cause, host: host, revision: revision, at: begun)
        if let revision { try store.setAttempted(revision, at: begun) }
        let desired = SecretResolution(reader: secrets).resolve(manifest.resources)
        var carriedOut: [CarriedOut] = []
        var keptBack: [BlockedAction] = []
        var final: PlannedRun
        var cluster = ClusterGlance()
        var pass = 0
        while true {
            progress(pass == 0 ? .reading : .readingAgain)
            let recent = cluster.view(at: clock(), noOlderThan: Self.guardAge)
            let reading = await observe(recently: recent)
            if recent == nil { cluster = ClusterGlance(reading.observation) }
            try learn(from: carriedOut, reading.observation, run: id, store: store)
            final = try decide(desired, reading.observation)
            try disprove(carriedOut, final, store: store)
            if pass > 0 { final = try decide(desired, reading.observation) }
            let memory = Memory(store: store, redactor: final.redactor)
            try memory.remember(reading.observation)
            let repaired = carriedOut.filter { $0.outcome == .succeeded }.map(\.action.resource)
            try memory.remember(final, repaired: Set(repaired), run: id)
            pass += 1
            if pass == 1 { progress(.planned(final)) }
            // What was tried in this run and is to be done all the same is for the next one, such as the deletion of
            // a queue that holds messages.
            let tried = Set(carriedOut.map { Attempt($0.action) })
            let isNew = final.plan.actions.contains { !tried.contains(Attempt($0)) }
            guard isNew, pass <= Self.maximumPasses else {
                final = final.blocking(keptBack)
                try store.recordBlocked(final.plan.blocked)
                try memory.keepSnapshot(reading.definitions, at: clock())
                break
            }
            let results = try await carryOut(final, since: cluster, run: id, store: store, progress: progress)
            carriedOut += results.actions
            keptBack = results.blocked
            guard !results.isCutShort else {
                pass = Self.maximumPasses
                continue
            }
        }
        return try finish(
            id, carriedOut, final, store: store, begun: begun, processes: processes() - processesBefore)
    }

    /// Carries out the steps of one plan, each written down before it is run.
    private func carryOut(
        _ planned: PlannedRun, since glance: ClusterGlance, run id: Int64, store: StateStore,
        progress: (RunEvent) -> Void
    ) async throws(StateStoreError) -> (actions: [CarriedOut], blocked: [BlockedAction], isCutShort: Bool) {
        let steps = planned.plan.steps
        var done: [CarriedOut] = []
        var blocked: [BlockedAction] = []
        var guardReadAt = glance.readAt ?? planned.observation.readAt
        for (index, step) in steps.enumerated() {
            if clock().seconds(since: guardReadAt) > Self.guardAge,
                step.actions.contains(where: { $0.scope == .cluster })
            {
                guardReadAt = clock()
                let cluster = await reader.clusterReading()
                guard Planner.majorityHolds(members: manifest.members, cluster) else { return (done, blocked, true) }
            }
            progress(.stepBegins(number: index + 1, of: steps.count, step))
            let begun = clock()
            let command = BrokerCommand(carryingOut: step.actions)
            let stepID = try store.beginStep(run: id, command: command.commandLine, actions: step.actions, at: begun)
            let result = await writer.carryOut(step)
            let outcomes = result.outcomes.map { ($0.0, $0.1.redacted(by: planned.redactor)) }
            try store.finishStep(
                stepID, exitCode: result.exitCode, outputTail: planned.redactor.redact(result.output),
                outcomes: outcomes, at: clock())
            try remember(refused: result.refused, of: step, outcomes, store: store)
            progress(
                .stepEnds(
                    number: index + 1, of: steps.count, outcomes: outcomes, seconds: clock().seconds(since: begun)))
            blocked += result.blocked
            done += zip(step.actions, outcomes).map { CarriedOut(action: $0, outcome: $1.1) }
            if outcomes.contains(where: { $0.1 != .succeeded && !result.refused.contains($0.0) }), !result.isItemised {
                return (done, blocked, true)
            }
        }
        return (done, blocked, false)
    }

    private func remember(
        refused: Set<ResourceID>, of step: Step, _ outcomes: [(ResourceID, Outcome)], store: StateStore
    ) throws(StateStoreError) {
        let now = clock()
        let stalls = zip(step.actions, outcomes).filter { refused.contains($0.0.resource) }.map { action, outcome in
            Stall(
                action.resource, message: outcome.1.message ?? "refused", fingerprint: action.fingerprint, since: now)
        }
        try store.recordStalls(stalls)
    }

    /// What this run created and is there now is Warren's own; what is gone is nobody's.
    private func learn(
        from carriedOut: [CarriedOut], _ observation: Observation, run id: Int64, store: StateStore
    ) throws(StateStoreError) {
        let created = carriedOut.filter {
            $0.action.verb == .create && observation[$0.action.resource] != nil && !$0.outcome.isFailure
        }
        try store.own(created.map(\.action.resource), run: id, at: clock())
        let gone = try store.inventory().filter { observation.readings[$0.kind]?.resources?[$0] == nil }
            .filter { observation.readings[$0.kind]?.resources != nil }
        try store.disown(gone.sorted())
        let settled = try store.stalls().keys.filter { id in
            guard observation.readings[id.kind]?.resources != nil else { return false }
            return !manifest.resources.contains { $0.id == id }
        }
        try store.clearStalls(settled.sorted())
    }

    /// A command that exited with 0 and left things as they were is a refusal too: never infer from an exit code
    /// that a thing is so.
    private func disprove(_ carriedOut: [CarriedOut], _ now: PlannedRun, store: StateStore) throws(StateStoreError) {
        let still = Set(now.plan.actions.map { Attempt($0) })
        let ineffective = carriedOut.filter { $0.outcome == .succeeded && still.contains(Attempt($0.action)) }
        try store.recordStalls(
            ineffective.map {
                Stall(
                    $0.action.resource, message: "the broker accepted the command and did not do it",
                    fingerprint: $0.action.fingerprint, since: clock())
            })
    }

    private func finish(
        _ id: Int64, _ actions: [CarriedOut], _ final: PlannedRun, store: StateStore, begun: Timestamp, processes: Int
    ) throws(StateStoreError) -> RunReport {
        let sentence = final.redactor.redact(
            Verdict.sentence(actions: actions.map { ($0.action, $0.outcome) }, final: final.plan))
        let result = Self.result(actions, final.plan)
        let ended = clock()
        if result == .converged, let revision { try store.setApplied(revision, at: ended) }
        try store.finishRun(id, result: result, sentence: sentence, processes: processes, at: ended)
        return RunReport(
            id: id, actions: actions, final: final, result: result, sentence: sentence, processes: processes,
            seconds: ended.seconds(since: begun))
    }

    static func result(_ actions: [CarriedOut], _ plan: Plan) -> RunResult {
        if !plan.unknown.isEmpty { return .unknown }
        let open = plan.openDrift.count
        if open == 0 { return .converged }
        if !plan.steps.isEmpty { return .failed }
        return plan.stalled.isEmpty ? .drifted : .stalled
    }
}

/// The cluster as a run last saw it: good for a few seconds, then it is looked at again.
private struct ClusterGlance {
    private var seen: ClusterView?
    private(set) var readAt: Timestamp?

    init() {}

    init(_ observation: Observation) {
        seen = observation.cluster.view
        readAt = seen.map { _ in observation.readAt }
    }

    func view(at now: Timestamp, noOlderThan seconds: Double) -> ClusterView? {
        readAt.flatMap { now.seconds(since: $0) <= seconds ? seen : nil }
    }
}

/// An action by what it would do, whatever its reason reads.
private struct Attempt: Hashable {
    let resource: ResourceID
    let fingerprint: String

    init(_ action: Action) {
        resource = action.resource
        fingerprint = action.fingerprint
    }
}

extension Outcome {
    var isFailure: Bool { if case .failed = self { true } else { false } }

    func redacted(by redactor: Redactor) -> Outcome {
        switch self {
        case .succeeded: self
        case .failed(let text): .failed(Self.short(redactor.redact(text)))
        case .unknown(let text): .unknown(Self.short(redactor.redact(text)))
        }
    }

    private static func short(_ text: String) -> String { text.count > 1000 ? text.prefix(999) + "…" : text }
}
