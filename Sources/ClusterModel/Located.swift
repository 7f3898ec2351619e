/// A value of the manifest together with the places of its parts, so that whatever is said about it later can
/// name `file:line:column`.
public struct Located: Sendable {
    public indirect enum Content: Sendable {
        case scalar(JSONValue)
        case list([Located])
        case object([Member])
    }

    public struct Member: Sendable {
        public let name: String
        public let namePosition: SourcePosition
        public let value: Located

        public init(name: String, namePosition: SourcePosition, value: Located) {
            self.name = name
            self.namePosition = namePosition
            self.value = value
        }
    }

    public let content: Content
    public let position: SourcePosition

    public init(_ content: Content, at position: SourcePosition) {
        self.content = content
        self.position = position
    }
}

extension Located {
    /// The value without its places.
    public var json: JSONValue {
        switch content {
        case .scalar(let value): value
        case .list(let elements): .array(elements.map(\.json))
        case .object(let members):
            .object(Dictionary(members.map { ($0.name, $0.value.json) }, uniquingKeysWith: { _, last in last }))
        }
    }

    /// The value of a member, nil where there is none.
    public subscript(name: String) -> Located? {
        guard case .object(let members) = content else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The value at the end of a path of members.
    public subscript(path: [String]) -> Located? {
        path.reduce(self as Located?) { $0?[$1] }
    }

    public var elements: [Located] { if case .list(let elements) = content { elements } else { [] } }
    public var members: [Member] { if case .object(let members) = content { members } else { [] } }
    public var string: String? { if case .scalar(let value) = content { value.string } else { nil } }
    public var integer: Int? { if case .scalar(let value) = content { value.integer } else { nil } }
    public var bool: Bool? { if case .scalar(let value) = content { value.bool } else { nil } }

    /// The texts of a list of strings.
    public var strings: [String] { elements.compactMap(\.string) }
}
