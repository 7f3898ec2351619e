import ClusterModel

/// A node of a document with its place, aliases and merge keys resolved.
///
/// What an alias stands for shares its storage, so that a bomb takes no memory here; `size` says what it would take.
struct YAMLNode {
    enum Content {
        /// `isPlain`: without quotes, so that the text may mean a number or a boolean.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case object([Entry])
        /// What a problem was reported about already.
        case unreadable
    }

    struct Entry {
        let name: String
        let namePosition: SourcePosition
        let value: YAMLNode
    }

    let content: Content
    let position: SourcePosition
    /// How many nodes it is once expanded.
    let size: Int
    /// How many levels it has, itself included.
    let height: Int

    init(_ content: Content, at position: SourcePosition) {
        self.content = content
        self.position = position
        var (size, height) = (1, 0)
        func add(_ node: YAMLNode) {
            size = size.addingReportingOverflow(node.size).overflow ? Int.max : size + node.size
            height = max(height, node.height)
        }
        switch content {
        case .scalar, .unreadable: break
        case .list(let elements): elements.forEach(add)
        case .object(let entries): entries.forEach { add($0.value) }
        }
        self.size = size
        self.height = height + 1
    }

    /// `null`, `~` or nothing at all.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return PlainScalar.isNull(text)
    }

    /// What this is, for "must be a list, not …".
    var typeName: String {
        switch content {
        case .scalar(let text, let isPlain):
            isPlain && PlainScalar.isNull(text) ? "empty" : "a single value"
        case .list: "a list"
        case .object: "an object"
        case .unreadable: "unreadable"
        }
    }
}
