import ClusterModel

/// The one sentence of a run: what was done, or why nothing was.
public enum Verdict {
    public static func sentence(actions: [(action: Action, outcome: Outcome)], final plan: Plan) -> String {
        let done = doneClause(actions)
        let state = stateClause(plan, actions: actions)
        guard let done else { return "No action: \(state)." }
        return "\(done); \(state)."
    }

    private static func doneClause(_ actions: [(action: Action, outcome: Outcome)]) -> String? {
        guard !actions.isEmpty else { return nil }
        let succeeded = actions.filter { $0.outcome == .succeeded }.map(\.action.verb)
        let verbs: [(Action.Verb, String)] = [(.create, "created"), (.update, "changed"), (.delete, "deleted")]
        var parts = verbs.compactMap { verb, word -> String? in
            let count = succeeded.count { $0 == verb }
            return count == 0 ? nil : "\(word) \(count)"
        }
        let failed = actions.count { if case .failed = $0.outcome { true } else { false } }
        let unknown = actions.count - succeeded.count - failed
        if failed > 0 { parts.append("\(failed) failed") }
        if unknown > 0 { parts.append("the outcome of \(unknown) is unknown") }
        let text = parts.joined(separator: ", ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private static func stateClause(_ plan: Plan, actions: [(action: Action, outcome: Outcome)]) -> String {
        if let (kind, reason) = plan.unknown.min(by: { $0.key < $1.key }) {
            let others = plan.unknown.count - 1
            let rest = others == 0 ? "" : others == 1 ? " and another kind" : " and \(others) other kinds"
            return "\(kind)\(rest) could not be read: \(reason)"
        }
        let open = plan.openDrift
        guard let first = open.first else { return "the broker is as the manifest says" }
        var parts: [String] = []
        if let stall = plan.stalled.first {
            parts.append("the broker refuses \(count(plan.stalled.count, stall.resource)): \(stall.message)")
        }
        if let blocked = plan.blocked.first {
            let list = count(plan.blocked.count, blocked.resource)
            parts.append("\(list) blocked by the guard \(blocked.guard.name): \(blocked.reason)")
        }
        let rest = open.count - plan.stalled.count - plan.blocked.count
        if rest > 0 { parts.append("drift remains on \(count(rest, first.resource))") }
        return parts.joined(separator: "; ")
    }

    private static func count(_ count: Int, _ first: ResourceID) -> String {
        count == 1 ? "\(first)" : "\(first) and \(count - 1) more"
    }
}
