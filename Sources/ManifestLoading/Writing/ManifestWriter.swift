import ClusterModel
import Yams

/// Writes a manifest that the loader reads back as the same value, for `warren adopt`.
public enum ManifestWriter {
    /// The whole document `manifest` as YAML: members in the order of the shape, what the shape does not name last and
    /// by its bytes.
    public static func yaml(_ manifest: JSONValue) -> String {
        let node = node(manifest, .object(ManifestShape.document))
        let text = try? serialize(
            node: node, width: -1, allowUnicode: true, lineBreak: .ln, newLineScalarStyle: .doubleQuoted)
        // What is built here consists of scalars, lists and objects without tags or anchors: nothing that the emitter
        // could refuse. JSON is YAML too.
        return text ?? manifest.description + "\n"
    }

    private static func node(_ value: JSONValue, _ shape: Shape?) -> Node {
        switch value {
        case .null: return plain("null")
        case .bool(let value): return plain(value ? "true" : "false")
        case .integer(let value): return plain(String(value))
        case .number(let value): return plain(value.isFinite ? String(value) : "null")
        case .string(let text): return string(text)
        case .array(let elements):
            let nodes = elements.map { node($0, shape?.element) }
            return .sequence(Node.Sequence(nodes, .implicit, nodes.isEmpty ? .flow : .block))
        case .object(let members):
            let pairs = ordered(members, shape).map { (string($0), node($1, shape?.member($0))) }
            return .mapping(Node.Mapping(pairs, .implicit, pairs.isEmpty ? .flow : .block))
        }
    }

    private static func ordered(_ members: [String: JSONValue], _ shape: Shape?) -> [(String, JSONValue)] {
        guard case .object(let properties)? = shape else { return members.sorted { $0.key.precedes($1.key) } }
        let order = Dictionary(properties.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        return members.sorted { left, right in
            let (a, b) = (order[left.key] ?? Int.max, order[right.key] ?? Int.max)
            return a != b ? a < b : left.key.precedes(right.key)
        }
    }

    private static func plain(_ text: String) -> Node { .scalar(Node.Scalar(text, .implicit, .plain)) }

    /// Without quotes only what no reader of any YAML takes for something else.
    private static func string(_ text: String) -> Node {
        .scalar(Node.Scalar(text, Tag(.str), isUnmistakable(text) ? .plain : .doubleQuoted))
    }

    static func isUnmistakable(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
        let isLetter = (0x41...0x5A).contains(first & 0xDF)
        let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        return isLetter && Grammar.consists(text, of: "-_./") && !words.contains(text.lowercased())
    }
}

extension Shape {
    fileprivate var element: Shape? {
        switch self {
        case .list(let element), .oneOrMany(let element): element
        default: nil
        }
    }

    fileprivate func member(_ name: String) -> Shape? {
        switch self {
        case .object(let properties): properties.first { $0.name == name }?.shape
        case .map(let value): value
        case .oneOrMany(let element): element.member(name)
        default: nil
        }
    }
}
