import ClusterModel

/// One command line for the broker, as a value: printed by `plan`, run by `apply`, kept in the history.
public struct BrokerCommand: Hashable, Sendable {
    public enum Argument: Hashable, Sendable {
        case text(String)
        /// The path of a private file that holds the document.
        case document
    }

    public let tool: String
    public let arguments: [Argument]
    /// What the tool evaluates; never part of a command line.
    let script: ErlangScript?
    /// What the script does or carries, as it may be shown and stored: the entries that are imported, or the calls that delete.
    /// The rest of it is the same for all.
    public let redactedDocument: String?

    /// The command that carries out all actions of a step.
    ///
    /// - Parameters:
    ///   - precondition: what the broker is to check in the same call.
    ///   - reading: what else the same call is to do, see `ObservationScript.call`.
    ///   - services: who starts services here; nil for systemd.
    init(
        carryingOut actions: [Action], under precondition: Precondition?, reading: String? = nil,
        services: (any ServiceControl)? = nil
    ) {
        var entries: [[DefinitionsEntry]] = []
        var calls: [Removal] = []
        var plugins: [String] = []
        if case .membership(let change)? = actions.first?.change {
            self.init(membership: change, under: precondition, reading: reading)
            return
        }
        if let shown = HostCommand(actions.map(\.change), by: services) {
            self.init(shown.tool, shown.arguments.map(Argument.text), quiet: false)
            return
        }
        for action in actions {
            switch action.change {
            case .merge(let more): entries.append(more)
            case .remove(let call), .restart(let call): calls.append(call)
            case .plugins(let names): plugins = names
            case .file, .start, .membership, .node: break
            }
        }
        if !calls.isEmpty {
            let call = RemovalScript.call(for: calls)
            let isRestart = if case .restart? = actions.first?.change { true } else { false }
            let script = ChangeScript.script(
                isRestart ? "restart" : "delete", definitions: [RemovalScript.definition], change: call,
                under: precondition, reading: reading)
            self.init(script, shown: call)
        } else if !entries.isEmpty {
            let script = ChangeScript.script(
                "import", definitions: [ImportScript.definition], change: ImportScript.call,
                carrying: ImportScript.carried(entries), under: precondition, reading: reading)
            let shown = Definitions(entries.joined().map(\.redacted)).json.description
            self.init(script, shown: shown)
        } else {
            self.init("rabbitmq-plugins", [.text("set"), .text("--online")] + plugins.map(Argument.text))
        }
    }

    /// - Parameter shown: what of the script is of this step.
    init(_ script: ErlangScript, shown: String) {
        self.init("rabbitmqctl", [.text("eval_file"), .document], script: script, redacted: shown)
    }

    /// A command of `rabbitmqctl` that a person ordered.
    init(recovering words: [String]) { self.init("rabbitmqctl", words.map(Argument.text)) }

    /// The command of a step as it is shown.
    ///
    /// - Parameter services: who starts services here; nil for systemd.
    public init(carryingOut actions: [Action], services: (any ServiceControl)? = nil) {
        self.init(carryingOut: actions, under: nil, services: services)
    }

    private init(
        _ tool: String, _ arguments: [Argument], script: ErlangScript? = nil, redacted: String? = nil,
        quiet: Bool = true
    ) {
        self.tool = tool
        self.arguments = (quiet ? [.text("-q")] : []) + arguments
        self.script = script
        redactedDocument = redacted
    }

    /// The command line with `FILE` for the private file.
    public var commandLine: String {
        ([tool] + arguments.map { if case .text(let text) = $0 { text.printable } else { "FILE" } })
            .joined(separator: " ")
    }

    /// The same with what the file does, as it is kept in the history.
    public var recordedLine: String {
        guard let redactedDocument else { return commandLine }
        let limit = 2000
        return "\(commandLine): \(redactedDocument.prefix(limit))\(redactedDocument.count > limit ? "…" : "")"
    }

    func arguments(file path: String) -> [String] {
        arguments.map { if case .text(let text) = $0 { text } else { path } }
    }
}

extension DefinitionsEntry {
    /// The entry with hashes and the user information of URIs masked.
    var redacted: DefinitionsEntry {
        guard case .object(var members) = value else { return self }
        for (name, member) in members {
            members[name] = Redaction.redact(member, isSecret: name == "password_hash" && member != "")
        }
        return DefinitionsEntry(section, .object(members))
    }
}

extension Definitions {
    /// The document with every entry redacted.
    public var redacted: Definitions {
        Definitions(
            sections.reduce(into: [:]) { result, section in
                result[section.key] = section.value.map { DefinitionsEntry(section.key, $0).redacted.value }
            })
    }
}
