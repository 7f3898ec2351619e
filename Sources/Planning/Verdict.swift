import ClusterModel

/// The one sentence of a run: what was done, or why nothing was.
public enum Verdict {
    /// - Parameters:
    ///   - suspension: of a run that might not act.
    ///   - configuration: what this host's broker runs with, which reads its files only when it starts.
    public static func sentence(
        actions: [(action: Action, outcome: Outcome)], final plan: Plan, suspension: Suspension? = nil,
        configuration: RunningConfiguration? = nil
    ) -> String {
        let state = stateClause(plan, actions: actions)
        let text = doneClause(actions).map { "\($0); \(state)." } ?? "No action: \(state)."
        return text + restartClause(actions, configuration)
            + (suspension.map { " S\($0.sentence.dropFirst())." } ?? "")
    }

    /// What was written, and may not be in effect yet without that being drift.
    private static func restartClause(
        _ actions: [(action: Action, outcome: Outcome)], _ configuration: RunningConfiguration?
    ) -> String {
        guard case .unknown? = configuration else { return "" }
        let written = actions.filter { action, outcome in
            guard outcome == .succeeded, case .file(let file) = action.change else { return false }
            return file.reader == .rabbitmq && action.verb == .update
        }
        guard let first = written.first else { return "" }
        return
            " A restart of RabbitMQ on this host may be due: it reads \(count(written.count, first.action.resource)) "
            + "only when it starts."
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
        guard let first = open.first else { return "everything is as the manifest says" }
        var parts: [String] = []
        if let stall = plan.stalled.first {
            parts.append("the broker refuses \(count(plan.stalled.count, stall.resource)): \(stall.message)")
        }
        // What a suspension keeps back is drift that remains: who suspended it is said beside.
        let blockers = plan.blocked.filter { $0.guard.name != "suspended" }
        if let blocked = blockers.first {
            let list = count(blockers.count, blocked.resource)
            parts.append("\(list) blocked by the guard \(blocked.guard.name): \(blocked.reason)")
        }
        let rest = open.count - plan.stalled.count - blockers.count
        if rest > 0 { parts.append("drift remains on \(count(rest, first.resource))") }
        return parts.joined(separator: "; ")
    }

    private static func count(_ count: Int, _ first: ResourceID) -> String {
        count == 1 ? "\(first)" : "\(first) and \(count - 1) more"
    }
}
