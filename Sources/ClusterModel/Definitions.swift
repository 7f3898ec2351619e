/// A section of RabbitMQ's definitions document, in the order in which the broker imports them
/// (facts: users, vhosts, permissions, …; the first refusal ends an import, earlier parts stay).
public enum DefinitionsSection: String, CaseIterable, Sendable, Codable, Comparable {
    case users
    case vhosts
    case permissions
    case topicPermissions = "topic_permissions"
    case exchanges
    case globalParameters = "global_parameters"
    case policies
    case parameters
    case queues
    case bindings
    /// No section of the broker's: what Warren writes into a global parameter of its own once all else is imported.
    case errands = "warren_errands"

    public static func < (left: Self, right: Self) -> Bool {
        left.place < right.place
    }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}

/// One object of one section.
public struct DefinitionsEntry: Hashable, Sendable {
    public let section: DefinitionsSection
    public let value: JSONValue

    public init(_ section: DefinitionsSection, _ value: JSONValue) {
        self.section = section
        self.value = value
    }
}

/// A definitions document: what `rabbitmqctl export_definitions` prints and `import_definitions` reads.
public struct Definitions: Sendable {
    public var sections: [DefinitionsSection: [JSONValue]]

    public init(_ sections: [DefinitionsSection: [JSONValue]] = [:]) { self.sections = sections }

    public init(_ entries: [DefinitionsEntry]) {
        sections = Dictionary(grouping: entries, by: \.section).mapValues { $0.map(\.value) }
    }

    /// Reads a document; nil where it is no object or a section is no list. Unknown members are left out.
    public init?(_ document: JSONValue) {
        guard let members = document.object else { return nil }
        sections = [:]
        for section in DefinitionsSection.allCases {
            guard let value = members[section.rawValue] else { continue }
            guard let list = value.array else { return nil }
            sections[section] = list
        }
    }

    public subscript(section: DefinitionsSection) -> [JSONValue] { sections[section] ?? [] }

    public var json: JSONValue {
        .object(Dictionary(uniqueKeysWithValues: sections.map { ($0.key.rawValue, .array($0.value)) }))
    }
}
