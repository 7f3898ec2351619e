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
    /// What the tool reads; it may hold secrets and is never part of a command line.
    public let document: String?
    /// The document as it may be shown and stored.
    public let redactedDocument: String?

    /// The command that carries out all actions of a step.
    public init(carryingOut actions: [Action]) {
        var entries: [DefinitionsEntry] = []
        var removals: [Removal] = []
        var plugins: [String] = []
        for action in actions {
            switch action.change {
            case .merge(let more): entries += more
            case .remove(let removal): removals.append(removal)
            case .plugins(let names): plugins = names
            }
        }
        if !removals.isEmpty {
            let script = RemovalScript.text(for: removals)
            self.init("rabbitmqctl", [.text("eval_file"), .document], document: script, redacted: script)
        } else if !entries.isEmpty {
            self.init(
                "rabbitmqctl", [.text("import_definitions"), .document],
                document: Definitions(entries).json.description,
                redacted: Definitions(entries.map(\.redacted)).json.description)
        } else {
            self.init("rabbitmq-plugins", [.text("set"), .text("--online")] + plugins.map(Argument.text))
        }
    }

    private init(_ tool: String, _ arguments: [Argument], document: String? = nil, redacted: String? = nil) {
        self.tool = tool
        self.arguments = [.text("-q")] + arguments
        self.document = document
        redactedDocument = redacted
    }

    /// The command line with `FILE` for the private file.
    public var commandLine: String {
        ([tool] + arguments.map { if case .text(let text) = $0 { text.printable } else { "FILE" } })
            .joined(separator: " ")
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
