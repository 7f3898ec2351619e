import ClusterModel
import HostAccess

/// What carrying out a step gave.
public struct StepResult: Sendable {
    /// One for each action, in their order.
    public let outcomes: [(ResourceID, Outcome)]
    /// Resources that the broker refused for what they are, not for its own state.
    public let refused: Set<ResourceID>
    /// What a guard kept back that only the broker can look at, at the moment of the action.
    public var blocked: [BlockedAction] = []
    /// The tool's last words.
    public let output: String
    /// Whether each outcome is its own; else one failure without a refusal stands for all that followed.
    public let isItemised: Bool
    /// Of the last process; nil where it was killed or did not start.
    public let exitCode: Int32?
}

/// Carries out steps. Says how each action ended as far as the tool tells; only reading again tells what is so.
public struct BrokerWriter: Sendable {
    let tools: BrokerTools
    /// How many processes the search for the culprits in one step may start.
    let searchLimit: Int

    public init(tools: BrokerTools, searchLimit: Int = 64) {
        self.tools = tools
        self.searchLimit = searchLimit
    }

    public func carryOut(_ step: Step) async -> StepResult {
        guard case .remove? = step.actions.first?.change else { return await search(step.actions) }
        return await remove(step.actions)
    }

    /// Each removal has its own result, so that one refusal does not keep the others.
    private func remove(_ actions: [Action]) async -> StepResult {
        do {
            let result = try await tools.write(BrokerCommand(carryingOut: actions))
            let lines = ScriptResult.parse(result.stdout).mapValues { String(decoding: $0, as: UTF8.self) }
            let outcomes = actions.enumerated().map { index, action -> (ResourceID, Outcome) in
                switch lines[index] {
                case "ok": (action.resource, .succeeded)
                case let words?:
                    (
                        action.resource,
                        .failed(Removal.postponed[words]?.reason ?? BrokerFailure.words(output: words, errors: ""))
                    )
                case nil: (action.resource, .unknown("the broker did not say how its deletion ended"))
                }
            }
            let refused = actions.indices.filter { index in
                lines[index].map { $0 != "ok" && Removal.postponed[$0] == nil } ?? false
            }
            let blocked = actions.enumerated().compactMap { index, action in
                lines[index].flatMap { Removal.postponed[$0] }.map {
                    BlockedAction(action.verb, action.resource, guard: $0.unmet, reason: $0.reason)
                }
            }
            return StepResult(
                outcomes: outcomes, refused: Set(refused.map { actions[$0].resource }), blocked: blocked, output: "",
                isItemised: true, exitCode: 0)
        } catch {
            return Self.all(actions, error)
        }
    }

    /// Carries out all at once. When the broker refuses, halves again and again until the culprits are alone: an
    /// import stops at its first error and does not say in a fixed form which it was. One culprit among n costs
    /// 2 log2 n processes; what was imported before is imported again, which changes nothing.
    private func search(_ actions: [Action]) async -> StepResult {
        var outcomes: [ResourceID: Outcome] = [:]
        var refused: Set<ResourceID> = []
        var output = ""
        var waiting: [ArraySlice<Action>] = [actions[...]]
        var left = searchLimit
        while let batch = waiting.popLast() {
            guard left > 0 else {
                for action in batch { outcomes[action.resource] = .failed("not tried: too many objects were refused") }
                continue
            }
            left -= 1
            do {
                _ = try await tools.write(BrokerCommand(carryingOut: Array(batch)))
                for action in batch { outcomes[action.resource] = .succeeded }
            } catch  where error.isRefusal && batch.count > 1 {
                output = error.description
                let middle = batch.startIndex + batch.count / 2
                waiting.append(batch[middle...])
                waiting.append(batch[..<middle])
            } catch {
                output = error.description
                if error.isRefusal { refused.formUnion(batch.map(\.resource)) }
                for action in batch { outcomes[action.resource] = Self.outcome(of: error) }
                // Only a refusal is about the batch; anything else holds for those that follow too.
                guard error.isRefusal else {
                    for action in waiting.joined() { outcomes[action.resource] = .failed("not tried: \(error)") }
                    break
                }
            }
        }
        return StepResult(
            outcomes: actions.map { ($0.resource, outcomes[$0.resource] ?? .unknown("not carried out")) },
            refused: refused, output: output, isItemised: false, exitCode: output.isEmpty ? 0 : nil)
    }

    private static func all(_ actions: [Action], _ failure: BrokerFailure) -> StepResult {
        StepResult(
            outcomes: actions.map { ($0.resource, outcome(of: failure)) }, refused: [], output: failure.description,
            isItemised: false, exitCode: nil)
    }

    private static func outcome(of failure: BrokerFailure) -> Outcome {
        failure.mayHaveTakenEffect ? .unknown(failure.description) : .failed(failure.description)
    }
}
