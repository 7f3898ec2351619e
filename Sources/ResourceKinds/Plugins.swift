import ClusterModel

/// The exact set of explicitly enabled plugins of a host.
public struct PluginsKind: ResourceKind {
    public init() {}

    public static let id = ResourceID("plugins", name: "enabled")

    public var kind: Kind { "plugins" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .plugins }
    public var fieldOrder: [String] { ["enabled"] }

    public func desired(in spec: Located) -> [Resource] {
        guard let plugins = spec[["broker", "plugins"]] else { return [] }
        return [Resource(Self.id, ["enabled": Self.sorted(plugins.strings)], declaredBy: plugins)]
    }

    /// Plugins are a host's, not a definitions document's; `reading(enabledPluginsFile:)` reads them.
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    /// Reads the enabled_plugins file: one Erlang list of atoms, `[rabbitmq_management,rabbitmq_shovel].`
    /// A missing file enables nothing.
    public static func reading(enabledPluginsFile text: String?) -> Reading {
        let names = text.map(atoms(in:)) ?? []
        guard let names else { return .unknown("the enabled_plugins file is not a list of plugin names") }
        return .known([id: Resource(id, ["enabled": sorted(names)])])
    }

    private static func sorted(_ names: [String]) -> JSONValue {
        .array(Set(names).sorted { $0.precedes($1) }.map(JSONValue.string))
    }

    private static func atoms(in text: String) -> [String]? {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.drop(while: \.isWhitespace).hasPrefix("%") }
        let term = lines.joined().filter { !$0.isWhitespace }
        guard term.hasPrefix("["), term.hasSuffix("].") else { return nil }
        let names = term.dropFirst().dropLast(2).split(separator: ",").map { $0.filter { $0 != "'" } }
        guard names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isPluginCharacter) }) else { return nil }
        return names.map { String($0) }
    }

    static func isPluginCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        (desired["enabled"]?.array ?? []).compactMap(\.string)
            .filter { !$0.allSatisfy(Self.isPluginCharacter) || $0.first?.isLowercase != true }
            .map { FieldProblem([], "\($0.printable) is no plugin name; names look like rabbitmq_management") }
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .plugins((desired["enabled"]?.array ?? []).compactMap(\.string))
    }
}
