import ClusterModel
import Providers
import StateStore

/// What one look at the world gave: nothing is changed by it.
public struct PlannedRun: Sendable {
    public let observation: Observation
    public var plan: Plan
    public let conditions: [Condition]
    /// How many resources the manifest declares.
    public let declared: Int
    /// What is to be said that is no drift: readable secrets, a state file that was moved aside.
    public let warnings: [String]
    /// Removes what must not be shown from any text that goes out.
    public let redactor: Redactor
    /// The services of this host; empty where only the cluster is looked at.
    public let services: [HostService: ServiceStatus]
    /// Why the broker could not be read; nil where it could, or was not asked.
    public let failure: BrokerFailure?
    /// What holds at this moment, the one that ends last first.
    public var suspensions: [Suspension] = []
}

extension PlannedRun {
    /// The same, where the broker itself found guards unmet: what they keep back is not to be done but blocked.
    func blocking(_ blocked: [BlockedAction]) -> PlannedRun {
        let kept = Set(blocked.map(\.resource))
        guard !kept.isEmpty else { return self }
        var run = self
        run.plan.steps = plan.steps.map { Step($0.actions.filter { !kept.contains($0.resource) }) }
            .filter { !$0.actions.isEmpty }
        let planned = Set(plan.actions.map(\.resource))
        run.plan.blocked += blocked.filter { planned.contains($0.resource) }
        return run
    }
}

/// An action of a run and how it ended.
public struct CarriedOut: Sendable {
    public let action: Action
    public let outcome: Outcome
}

/// What a run did and how the world is after it.
public struct RunReport: Sendable {
    /// Nil where nothing could be written down.
    public let id: Int64?
    public let actions: [CarriedOut]
    /// The last look, after the last action.
    public let final: PlannedRun
    public let result: RunResult
    /// What was done, or why nothing was.
    public let sentence: String
    /// How many processes the run started.
    public let processes: Int
    public let seconds: Double
    /// The drift that was found, and what of it was put back.
    public let transition: DriftTransition
    /// What the broker refused before this run.
    public let stalledBefore: Set<ResourceID>
}

/// What a run tells while it works.
public enum RunEvent: Sendable {
    case reading
    case planned(PlannedRun)
    case stepBegins(number: Int, of: Int, Step)
    case stepEnds(number: Int, of: Int, outcomes: [(ResourceID, Outcome)], seconds: Double)
    case readingAgain
}
