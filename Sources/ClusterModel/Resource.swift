/// One thing with an identity and its fields, desired or observed.
///
/// Desired resources hold every field that Warren manages, defaults filled in; a field that is absent from the
/// desired side is not managed and is no drift.
public struct Resource: Hashable, Sendable {
    public let id: ResourceID
    public var fields: [String: JSONValue]
    /// The entry of the manifest that declares it; nil on the observed side.
    public var declaration: Located?

    public init(_ id: ResourceID, _ fields: [String: JSONValue], declaredBy declaration: Located? = nil) {
        self.id = id
        self.fields = fields
        self.declaration = declaration
    }

    public var position: SourcePosition? { declaration?.position }

    public subscript(field: String) -> JSONValue? { fields[field] }

    /// Compares identity and fields; where the manifest says it is not part of what it says.
    public static func == (left: Resource, right: Resource) -> Bool {
        left.id == right.id && left.fields == right.fields
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A place in a manifest, counted from 1. Columns count Unicode scalars, as editors and libyaml do.
public struct SourcePosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let file: String
    public let line: Int
    public let column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
