import ClusterModel
import HostAccess

/// What carrying out a step gave.
public struct StepResult: Sendable {
    /// One for each action, in their order.
    public let outcomes: [(ResourceID, Outcome)]
    /// Resources that the broker refused for what they are, not for its own or the cluster's state.
    public var refused: Set<ResourceID> = []
    /// What a guard kept back that only the broker can look at, at the moment of the action.
    public var blocked: [BlockedAction] = []
    /// The tool's last words.
    public var output = ""
    /// Whether each outcome is its own; else one failure stands for all, and nothing more should be tried.
    public let isItemised: Bool
    /// Of the process; nil where it was killed or did not start.
    public var exitCode: Int32?
    /// What is so after the step, where the same process was asked to read it and could.
    public var reading: BrokerReading?
}

extension StepResult {
    /// The result of a step of one action.
    public init(_ outcome: Outcome, of action: Action) {
        self.init(outcomes: [(action.resource, outcome)], isItemised: true)
    }
}

/// Carries out steps. Says how each action ended as far as the tool tells; only reading again tells what is so.
public struct BrokerWriter: Sendable {
    let tools: BrokerTools

    public init(tools: BrokerTools) { self.tools = tools }

    /// Carries out a step with one process.
    ///
    /// - Parameters:
    ///   - precondition: what has to hold at that moment for cluster-scope actions; checked by the broker.
    ///   - reading: whether to read the broker again afterwards, and whether also what its exports leave out.
    ///   - session: a process that waits for it; nil for one of its own.
    ///   - clock: tells when it was read.
    public func carryOut(
        _ step: Step, under precondition: Precondition? = nil, thenRead reading: ReadingRequest? = nil,
        in session: BrokerSession? = nil, clock: () -> Timestamp
    ) async -> StepResult {
        let isGuarded = step.actions.contains { $0.guards.contains(.majority) }
        let command = BrokerCommand(
            carryingOut: step.actions, under: isGuarded ? precondition : nil,
            reading: reading.map { ObservationScript.call(beyondExport: $0.beyondExport) })
        do {
            let result = try await tools.write(command, in: session)
            guard command.script != nil else { return Self.all(step.actions, .succeeded, exitCode: 0) }
            let records = try BrokerTools.records(result)
            if let guarding = records.text("blocked") { return Self.guardFailed(step.actions, guarding) }
            var itemised = Self.itemised(step.actions, records)
            if records["cluster"] != nil {
                itemised.reading = BrokerReader(tools: tools).reading(of: records, at: clock())
            }
            return itemised
        } catch {
            let outcome: Outcome =
                error.mayHaveTakenEffect ? .unknown(error.description) : .failed(error.description)
            var all = Self.all(step.actions, outcome, exitCode: nil)
            all.output = error.description
            if error.isRefusal, step.actions.count == 1, step.actions[0].change.isRefusedForGood {
                all.refused = [step.actions[0].resource]
            }
            return all
        }
    }

    private static func all(_ actions: [Action], _ outcome: Outcome, exitCode: Int32?) -> StepResult {
        StepResult(outcomes: actions.map { ($0.resource, outcome) }, isItemised: false, exitCode: exitCode)
    }

    private static func guardFailed(_ actions: [Action], _ guarding: String) -> StepResult {
        let reason =
            switch guarding {
            case "minority": "no majority of the members ran"
            case "partitioned": "the cluster was partitioned"
            case "suspended": "a person had suspended the whole cluster"
            default: "\(guarding.dropFirst("lease ".count).description.printable) was writing; it has the lease"
            }
        let words = "not done: when it was to be done, \(reason)"
        return all(actions, .failed(words), exitCode: 0)
    }

    /// Each action has its own result, so that one refusal does not keep the others.
    private static func itemised(_ actions: [Action], _ records: ScriptRecords) -> StepResult {
        let endings = actions.indices.map { Ending(record: records.text(String($0)), of: actions[$0]) }
        return StepResult(
            outcomes: zip(actions, endings).map { ($0.resource, $1.outcome) },
            refused: Set(
                zip(actions, endings).filter { $1.isRefusal && $0.change.isRefusedForGood }.map(\.0.resource)),
            blocked: zip(actions, endings).compactMap { action, ending in
                ending.postponed.map {
                    BlockedAction(action.verb, action.resource, guard: $0.unmet, reason: $0.reason)
                }
            }, isItemised: true, exitCode: 0)
    }
}

/// Whether a step's process is to read the broker again, and how much.
public struct ReadingRequest: Hashable, Sendable {
    public let beyondExport: Bool
    public init(beyondExport: Bool) { self.beyondExport = beyondExport }
}

/// How one action ended, by the record that the script printed for it.
private struct Ending {
    let outcome: Outcome
    var isRefusal = false
    var postponed: (unmet: Guard, reason: String)?

    /// What a member that is to leave has and the others have not, and what a replacement has to wait for.
    private static func kept(_ record: String) -> (unmet: Guard, reason: String)? {
        for (prefix, unmet) in [("kept ", "holds-data"), ("awaits ", "incomplete")] where record.hasPrefix(prefix) {
            return (.other(unmet), String(record.dropFirst(prefix.count)).printable)
        }
        return nil
    }

    init(record: String?, of action: Action) {
        switch record {
        case "ok": outcome = .succeeded
        case nil: outcome = .unknown("the broker did not say how this ended")
        case "untried": outcome = .failed("not tried: too many objects were refused")
        case let record?:
            if let postponed = Removal.postponed[record] ?? Self.kept(record) {
                self.postponed = postponed
                outcome = .failed(postponed.reason)
                return
            }
            let failure = BrokerFailure(record: record)
            isRefusal = failure.isRefusal
            outcome = failure.mayHaveTakenEffect ? .unknown(failure.description) : .failed(failure.description)
        }
    }
}
