import ArgumentParser
import ClusterModel
import Planning
import ResourceKinds
import StateStore

/// What `warren recover` found on this host.
struct RecoverReport: Report {
    let host: String
    let finding: RecoveryFinding
    let forceLoad: String?
    /// A recovery that was cut off and may go on.
    let unfinished: RecoveryRecord?

    func text(_ style: Style) -> String {
        let alarm = cutOff(style) + (forceLoad.map { style.bad(ForceLoad.alarm($0).printable) + "\n\n" } ?? "")
        switch finding {
        case .nothing(let why): return alarm + "Nothing is to be done. \(why.printable)\n"
        case .byHand(let what): return alarm + what.printable + "\n"
        case .unclear(let reasons):
            return alarm + "Nothing is recommended, as this is not understood:\n"
                + reasons.map { "  - \($0.printable)\n" }.joined()
        case .plan(let plan): return alarm + text(plan, style)
        }
    }

    private func text(_ plan: RecoveryPlan, _ style: Style) -> String {
        let title = plan.scenario.map { "Scenario \($0): " } ?? ""
        return style.bold(title + plan.happened.printable) + "\n\nWhat would be lost:\n"
            + plan.losses.map { "  - \($0.printable)\n" }.joined()
            + "\nWhat is to be done on \(host), one after another:\n"
            + plan.steps.map { "  \($0.command.printable)\n" }.joined() + "\nAfter that: \(plan.afterwards.printable)\n"
            + "\nIf that is wanted, Warren does it, or you type it:\n  warren recover --acknowledge "
            + "\"\(Acknowledgement.form(host: host, plan: plan))\"\n"
    }

    private func cutOff(_ style: Style) -> String {
        guard let unfinished else { return "" }
        let done = unfinished.steps.count(where: \.isDone)
        return style.warning("Recovery \(unfinished.id) was cut off")
            + " after \(done) of \(unfinished.steps.count) steps; \(unfinished.author.printable) acknowledged it: "
            + "\(unfinished.reason.printable). warren recover --continue does the rest, until "
            + "\(unfinished.expiresAt.iso8601).\n\n"
    }

    /// Nil for success.
    var exitCode: ExitCode? {
        switch finding {
        case .nothing where forceLoad == nil && unfinished == nil: nil
        case .nothing, .byHand, .plan: .drift
        case .unclear: .failure
        }
    }

    var json: JSONValue {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        var members: [String: JSONValue] = ["host": .string(host), "forceLoad": .bool(forceLoad != nil)]
        members["unfinished"] = unfinished.map { RecoveriesReport.json($0) } ?? .null
        switch finding {
        case .nothing(let why): (members["finding"], members["reason"]) = ("nothing", .string(why))
        case .byHand(let what): (members["finding"], members["reason"]) = ("byHand", .string(what))
        case .unclear(let reasons): (members["finding"], members["needs"]) = ("unclear", list(reasons))
        case .plan(let plan):
            members["finding"] = "plan"
            members["scenario"] = plan.scenario.map { .integer($0) } ?? .null
            members["happened"] = .string(plan.happened)
            members["losses"] = list(plan.losses)
            members["commands"] = list(plan.steps.map(\.command))
            members["afterwards"] = .string(plan.afterwards)
            members["verbs"] = list(plan.verbs)
        }
        return .object(members)
    }
}
