import ClusterModel
import Planning
import Providers
import Reporting

extension PlanReport {
    /// A comment of GitHub holds 65,536 characters; this leaves room for what a check puts around it.
    static let markdownLimit = 60_000
    /// More rows are no table that a person reads.
    static let markdownRows = 100

    /// For a pull request's comment: one table, with all details folded below it.
    var markdown: String {
        var text = markdownHeading + markdownTable
        for section in [fieldsSection, commandsSection, uncomparedSection, unmanagedSection] {
            guard let section else { continue }
            text += section.text(limit: Self.markdownLimit - text.count)
        }
        return text
    }

    private var markdownHeading: String {
        let open = run.plan.openDrift.count
        let verdict =
            open > 0
            ? counted(open, "difference")
            : run.plan.unknown.isEmpty ? "no difference" : "unknown"
        var text = "### \(Markdown.code(manifest.name)): \(verdict)\n\n"
        if let view = run.observation.cluster.view {
            text += "RabbitMQ \(view.version), \(view.runningMembers.count) of \(view.members.count) members running, "
        }
        text += counted(run.declared, "declared resource") + ". "
        if let against {
            let time = against.snapshot.observation.readAt.minuteText
            text += "Compared with the snapshot of \(Markdown.code(against.snapshot.host)) of \(time) UTC.\n"
        } else {
            text += "Observed \(run.observation.readAt.minuteText) UTC.\n"
        }
        for (reason, kinds) in groupedByReason(run.plan.unknown.sorted(by: { $0.key < $1.key }), \.value) {
            let names = kinds.map(\.key.name).joined(separator: ", ")
            text += "\n**Unknown:** \(names): \(Markdown.code(String(reason.prefix(500))))\n"
        }
        return text
    }

    private var markdownTable: String {
        let drift = run.plan.openDrift
        guard !drift.isEmpty else { return "" }
        let next = whatHappens()
        var text = "\n| resource | difference | what would happen |\n|---|---|---|\n"
        for entry in drift.prefix(Self.markdownRows) {
            let fields = entry.changes.map { Markdown.cell($0.field) }.joined(separator: ", ")
            let difference = entry.word + (fields.isEmpty ? "" : ": " + fields)
            text += "| \(Markdown.cell("\(entry.resource)")) | \(difference) | \(next[entry.resource] ?? "nothing") |\n"
        }
        let left = drift.count - Self.markdownRows
        return text + (left > 0 ? "\n\(grouped(left)) more are not in this table.\n" : "")
    }

    private func whatHappens() -> [ResourceID: String] {
        var next: [ResourceID: String] = [:]
        for stall in run.plan.stalled { next[stall.resource] = "nothing: the broker refused it before" }
        for blocked in run.plan.blocked {
            let reason = String(blocked.reason.prefix(200))
            next[blocked.resource] = "nothing: \(Markdown.cell("\(blocked.guard.name): \(reason)"))"
        }
        for action in run.plan.actions {
            let disruption = action.disruption == .none ? "" : " (\(action.disruption.rawValue))"
            next[action.resource] = action.verb.rawValue + disruption
        }
        return next
    }

    private var fieldsSection: FoldedSection? {
        let changed = run.plan.openDrift.filter { !$0.changes.isEmpty }
        return FoldedSection(
            "Fields of \(counted(changed.count, "changed resource"))",
            changed.map { drift in
                let position = drift.position.map { ", declared at \(Markdown.code($0.description))" } ?? ""
                return "- \(Markdown.code("\(drift.resource)"))\(position)\n"
                    + drift.changes.map { $0.markdown(indent: "  ") }.joined()
            })
    }

    private var commandsSection: FoldedSection? {
        FoldedSection(
            counted(run.plan.steps.count, "command"),
            run.plan.steps.map { step in
                let command = BrokerCommand(carryingOut: step.actions)
                let lines = command.redactedDocument.map {
                    run.redactor.redact($0).split(separator: "\n").map(String.init)
                }
                return "- \(Markdown.code(command.commandLine)) for \(counted(step.actions.count, "action"))\n"
                    + (lines.map { "\n" + Markdown.block($0, language: "", indent: "  ") + "\n" } ?? "")
            })
    }

    private var uncomparedSection: FoldedSection? {
        guard let against, !against.uncompared.isEmpty else { return nil }
        return FoldedSection(
            "Not compared: \(counted(against.uncompared.count, "field")) with what is secret or masked",
            against.uncompared.map { "- \(Markdown.code("\($0.resource)")) \(Markdown.code($0.field))\n" })
    }

    private var unmanagedSection: FoldedSection? {
        FoldedSection(
            "Unmanaged, only reported: \(counted(run.plan.unmanaged.count, "resource"))",
            run.plan.unmanaged.map { "- \(Markdown.code("\($0.resource)"))\n" })
    }
}

/// A part of a comment that is closed until a person opens it.
private struct FoldedSection {
    let title: String
    let items: [String]

    /// Nil without an item. The title holds no text of others.
    init?(_ title: String, _ items: [String]) {
        guard !items.isEmpty else { return nil }
        (self.title, self.items) = (title, items)
    }

    /// With the items that fit, or nothing where not even the title does.
    func text(limit: Int) -> String {
        let (head, end) = ("\n<details><summary>\(title)</summary>\n\n", "\n</details>\n")
        // What says how many items were left out is short.
        let room = limit - end.count - 100
        guard head.count < room else { return "" }
        var text = BoundedText(head, limit: room)
        for item in items { text.add(item) }
        text.endList()
        return text.text + end
    }
}
