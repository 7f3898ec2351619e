import ClusterModel
import HostAccess
import Planning
import Providers
import ResourceKinds
import StateStore

extension Reconciler {
    /// How often a run looks again after acting, before it leaves the rest to the next one.
    static let maximumPasses = 5

    /// Reconciles until converged, stalled or blocked. The store is not optional: intent is written before it is
    /// acted upon.
    public func apply(
        cause: RunCause, store: StateStore, progress: (RunEvent) -> Void
    ) async throws(StateStoreError) -> RunReport {
        let begun = clock()
        let processesBefore = processes()
        let id = try store.beginRun(cause: cause, host: host, revision: revision, at: begun)
        if let revision { try store.setAttempted(revision, at: begun) }
        let stalledBefore = Set(try store.stalls().keys)
        var transition = DriftTransition()
        var carriedOut: [CarriedOut] = []
        var keptBack: [BlockedAction] = []
        var final: PlannedRun
        var readAlready: BrokerReading?
        var pass = 0
        var session: BrokerSession?
        while true {
            if readAlready == nil { progress(pass == 0 ? .reading : .readingAgain) }
            let look = try await observe(readAlready, toChange: pass == 0)
            session = look.session ?? session
            let reading = look.reading
            try learn(from: carriedOut, look, run: id, store: store)
            final = try decide(look)
            try disprove(carriedOut, final, store: store)
            if pass > 0 { final = try decide(look) }
            let memory = Memory(store: store, redactor: final.redactor, hints: hints)
            try memory.remember(reading.observation)
            let repaired = carriedOut.filter { $0.outcome == .succeeded }.map(\.action.resource)
            transition.add(try memory.remember(final, repaired: Set(repaired), run: id))
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
            let results = try await carryOut(final, in: session, run: id, store: store, progress: progress)
            carriedOut += results.actions
            keptBack = results.blocked
            readAlready = results.reading
            guard !results.isCutShort else {
                pass = Self.maximumPasses
                continue
            }
        }
        await session?.end()
        return try finish(
            id, carriedOut, final, store: store, begun: begun, processes: processes() - processesBefore,
            transition: transition, stalledBefore: stalledBefore)
    }

    /// Carries out the steps of one plan, each written down before it is run. The last one's process also reads again.
    private func carryOut(
        _ planned: PlannedRun, in session: BrokerSession?, run id: Int64, store: StateStore,
        progress: (RunEvent) -> Void
    ) async throws(StateStoreError) -> CarryingOut {
        let steps = planned.plan.steps
        var all = CarryingOut()
        for (index, step) in steps.enumerated() {
            // Who suspends means from now on; the pass that follows says so.
            if try !suspensionsOfMemory(store).isEmpty { break }
            progress(.stepBegins(number: index + 1, of: steps.count, step))
            let begun = clock()
            let command = BrokerCommand(carryingOut: step.actions, services: hostScope?.services)
            let stepID = try store.beginStep(
                run: id, command: planned.redactor.redact(command.recordedLine), actions: step.actions, at: begun)
            let isLast = index == steps.indices.last
            let result = await carryOut(step, isLast: isLast, planned.observation.host, in: session)
            let outcomes = result.outcomes.map { ($0.0, $0.1.redacted(by: planned.redactor)) }
            try store.finishStep(
                stepID, exitCode: result.exitCode, outputTail: planned.redactor.redact(result.output),
                outcomes: outcomes, at: clock())
            try remember(refused: result.refused, of: step, outcomes, store: store)
            progress(
                .stepEnds(
                    number: index + 1, of: steps.count, outcomes: outcomes, seconds: clock().seconds(since: begun)))
            all.add(result, zip(step.actions, outcomes).map { CarriedOut(action: $0, outcome: $1.1) })
            if all.isCutShort { break }
        }
        return all
    }

    /// With one broker there is no second agent whose writes could meet these.
    private var precondition: Precondition {
        let members = manifest.members
        return Precondition(members: members, lease: members.count > 1 ? Lease(holder: host) : nil)
    }

    private func carryOut(
        _ step: Step, isLast: Bool, _ host: HostView?, in session: BrokerSession?
    ) async -> StepResult {
        let isFresh = if case .startToJoin? = host?.start { true } else { false }
        if let result = await hostScope?.writer.carryOut(step, isFresh: isFresh) {
            if case .node? = step.actions.first?.change { hostScope?.probe.repaired(at: clock()) }
            return result
        }
        guard let tools else { return StepResult(.failed("this host has no broker"), of: step.actions[0]) }
        return await BrokerWriter(tools: tools).carryOut(
            step, under: precondition,
            thenRead: isLast ? ReadingRequest(beyondExport: isBeyondExport) : nil, in: session, clock: clock)
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
        from carriedOut: [CarriedOut], _ look: Look, run id: Int64, store: StateStore
    ) throws(StateStoreError) {
        let observation = look.reading.observation
        let created = carriedOut.filter {
            $0.action.verb == .create && observation[$0.action.resource] != nil && !$0.outcome.isFailure
        }
        let inventory = try store.inventory()
        // Each lead of later has to know which members the manifest once named.
        let members = manifest.members.map(MemberKind.id).filter { observation[$0] != nil && !inventory.contains($0) }
        try store.own(created.map(\.action.resource) + members, run: id, at: clock())
        let gone = try store.inventory().filter { observation.readings[$0.kind]?.resources?[$0] == nil }
            .filter { observation.readings[$0.kind]?.resources != nil }
        try store.disown(gone.sorted())
        let desired = Set(look.desired.resources.map(\.id))
        // A node that did not join for what it holds may come up without that.
        let down = look.services[.rabbitmq].flatMap { $0.state == .running ? nil : observation.host?.node }
        let settled = try store.stalls().keys.filter { id in
            observation.readings[id.kind]?.resources != nil && !desired.contains(id)
                || id == down.map(MemberKind.id)
        }
        try store.clearStalls(settled.sorted())
    }

    /// A command that exited with 0 and left things as they were is a refusal too: never infer from an exit code
    /// that a thing is so.
    private func disprove(_ carriedOut: [CarriedOut], _ now: PlannedRun, store: StateStore) throws(StateStoreError) {
        let still = Set(now.plan.actions.map { Attempt($0) })
        let ineffective = carriedOut.filter {
            $0.outcome == .succeeded && $0.action.change.isRefusedForGood && still.contains(Attempt($0.action))
        }
        try store.recordStalls(
            ineffective.map {
                Stall(
                    $0.action.resource, message: "the broker accepted the command and did not do it",
                    fingerprint: $0.action.fingerprint, since: clock())
            })
    }

    private func finish(
        _ id: Int64, _ actions: [CarriedOut], _ final: PlannedRun, store: StateStore, begun: Timestamp, processes: Int,
        transition: DriftTransition, stalledBefore: Set<ResourceID>
    ) throws(StateStoreError) -> RunReport {
        let sentence = final.redactor.redact(
            Verdict.sentence(
                actions: actions.map { ($0.action, $0.outcome) }, final: final.plan,
                suspension: final.suspensions.first,
                configuration: final.observation.host?.configuration))
        let result = Self.result(actions, final.plan)
        let ended = clock()
        if result == .converged, let revision { try store.setApplied(revision, at: ended) }
        try store.finishRun(id, result: result, sentence: sentence, processes: processes, at: ended)
        return RunReport(
            id: id, actions: actions, final: final, result: result, sentence: sentence, processes: processes,
            seconds: ended.seconds(since: begun), transition: transition, stalledBefore: stalledBefore)
    }

    static func result(_ actions: [CarriedOut], _ plan: Plan) -> RunResult {
        if !plan.unknown.isEmpty { return .unknown }
        let open = plan.openDrift.count
        if open == 0 { return .converged }
        if !plan.steps.isEmpty { return .failed }
        return plan.stalled.isEmpty ? .drifted : .stalled
    }
}

/// What carrying out a plan gave so far.
private struct CarryingOut {
    var actions: [CarriedOut] = []
    var blocked: [BlockedAction] = []
    /// What is so afterwards; nil where it has to be read.
    var reading: BrokerReading?
    /// Whether a failure that is not about one object ended it early.
    var isCutShort = false

    mutating func add(_ result: StepResult, _ carriedOut: [CarriedOut]) {
        actions += carriedOut
        blocked += result.blocked
        reading = result.reading
        isCutShort =
            !result.isItemised
            && carriedOut.contains { $0.outcome != .succeeded && !result.refused.contains($0.action.resource) }
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
