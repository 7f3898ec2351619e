import ClusterModel
import ResourceKinds

/// Decides what to do, and does nothing.
///
/// Its laws, tested by enumeration: the same input gives the same plan; without drift the plan is empty; applying
/// the plan converges; after any prefix the new plan is the remaining tail; a kind that could not be read adds no
/// action; each blocked action names its guard.
public enum Planner {
    public static func plan(_ input: PlanningInput) -> Plan {
        let differences = Comparison(input: input).differences()
        var drafting = Drafting(input: input)
        for difference in differences { drafting.consider(difference) }
        drafting.considerDeletions()
        return Plan(
            drift: differences.map(\.drift), steps: steps(of: drafting.changes), blocked: drafting.blocked,
            stalled: drafting.stalled, unknown: unknownKinds(input))
    }

    private static func unknownKinds(_ input: PlanningInput) -> [Kind: String] {
        input.observation.readings.compactMapValues { reading in
            if case .unknown(let reason) = reading { reason } else { nil }
        }
    }

    /// Plugins first, then what is created and changed, in the order of the definitions' sections and of the
    /// manifest, movers after all else; deletions last, in reverse.
    private static func steps(of drafts: [Draft]) -> [Step] {
        let ordered = drafts.enumerated().sorted { left, right in
            let (a, b) = (left.element.rank, right.element.rank)
            return a == b ? left.offset < right.offset : a.lexicographicallyPrecedes(b)
        }.map(\.element)
        var steps: [Step] = []
        var group: [Action] = []
        var groupMeans: [Int] = []
        for draft in ordered {
            if draft.means != groupMeans, !group.isEmpty {
                steps.append(Step(group))
                group = []
            }
            groupMeans = draft.means
            group.append(draft.action)
        }
        return group.isEmpty ? steps : steps + [Step(group)]
    }
}

/// An action with its place in the order.
struct Draft {
    let action: Action
    let wave: Wave
    /// The place of the kind in the list of kinds.
    let order: Int
    /// The place of the change among all.
    let place: Int

    /// Changes with equal means are carried out by one command.
    var means: [Int] {
        switch action.change {
        // Each of them is a command of its own, and what follows needs it.
        case .file, .membership, .node: [0, wave.rawValue, order, place]
        // They start side by side: a broker that waits for its peers holds no proxy.
        case .start: [0, wave.rawValue, order]
        case .plugins: [0, wave.rawValue]
        case .merge: [1, wave.rawValue]
        case .restart: [1, wave.rawValue, order]
        case .remove: [2]
        }
    }

    var rank: [Int] {
        switch action.change {
        case .plugins: means + [order]
        case .file, .start, .membership, .restart, .node: means
        case .merge(let entries):
            means + [entries.map(\.section).min().flatMap(DefinitionsSection.allCases.firstIndex) ?? 0]
        case .remove: means + [-order]
        }
    }
}

/// Sorts differences into what is done, what is blocked and what is stalled.
struct Drafting {
    private let input: PlanningInput
    private let guards: Guards
    private(set) var changes: [Draft] = []
    private(set) var blocked: [BlockedAction] = []
    private(set) var stalled: [Stall] = []
    private var deletions: [Difference] = []
    /// What the manifest names, is not there and will not be there after this plan.
    private var absent: Set<ResourceID> = []

    init(input: PlanningInput) {
        self.input = input
        guards = Guards(input: input)
    }

    mutating func consider(_ difference: Difference) {
        guard let change = difference.change else { return }
        let id = difference.drift.resource
        if change.verb == .delete {
            deletions.append(difference)
        } else if let refusal = guards.refusal(difference.kind, change, absent: absent) {
            blocked.append(BlockedAction(change.verb, id, guard: refusal.guard, reason: refusal.reason))
            if change.verb == .create { absent.insert(id) }
        } else if let stall = input.stalls[id], stall.fingerprint == input.fingerprint(change) {
            stalled.append(stall)
            if change.verb == .create { absent.insert(id) }
        } else if let desired = change.desired {
            add(difference, change, difference.kind.write(desired, over: change.observed))
        }
    }

    /// Deletions are decided together, since their number is a guard.
    mutating func considerDeletions() {
        guard !deletions.isEmpty else { return }
        let limit = guards.deletionRefusal(count: deletions.count)
        for difference in deletions {
            guard let change = difference.change, let observed = change.observed else { continue }
            let id = difference.drift.resource
            if let refusal = guards.refusal(difference.kind, change, absent: []) ?? limit {
                blocked.append(BlockedAction(.delete, id, guard: refusal.guard, reason: refusal.reason))
            } else if let stall = input.stalls[id], stall.fingerprint == input.fingerprint(change) {
                stalled.append(stall)
            } else if let removal = difference.kind.removal(of: observed) {
                add(difference, change, removal)
            }
        }
    }

    private mutating func add(_ difference: Difference, _ change: ProposedChange, _ means: Change) {
        let scope = difference.kind.scope(of: change.verb)
        var unmet: [Guard] = scope == .cluster ? [.majority] : []
        if change.verb == .delete, ["queue", "vhost"].contains(difference.kind.kind) { unmet.append(.holdsNoMessages) }
        changes.append(
            Draft(
                action: Action(
                    change.verb, difference.drift.resource, scope: scope, disruption: means.disruption, guards: unmet,
                    reason: difference.reason, change: means, fingerprint: input.fingerprint(change)),
                wave: difference.kind.wave,
                order: ResourceKinds.order[difference.kind.kind] ?? 0, place: changes.count))
    }
}

extension Difference {
    /// Why something is done, in a few words.
    var reason: String {
        switch drift.difference {
        case .missing: "missing"
        case .changed(let changes): changes.map(\.field).joined(separator: ", ") + " changed"
        case .unexpected: "no longer in the manifest"
        }
    }
}

extension PlanningInput {
    /// What a refusal depends on: the two sides, the version and the plugins. Secrets that are salted anew in each
    /// run are left out.
    func fingerprint(_ change: ProposedChange) -> String {
        let kind = (change.desired ?? change.observed).flatMap { ResourceKinds.byName[$0.id.kind] }
        let sides = [change.desired, change.observed].map { side in
            guard let side else { return "absent" }
            return JSONValue.object(side.fields.filter { kind?.secretFields.contains($0.key) != true }).description
        }
        let plugins = observation[PluginsKind.id]?["enabled"]?.description ?? "unknown"
        return stableFingerprint(sides + [observation.cluster.view?.version.description ?? "unknown", plugins])
    }
}
