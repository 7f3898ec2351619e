/// One difference on one resource. Holds nothing secret: it is made to be shown and stored.
public struct Drift: Hashable, Sendable {
    public enum Difference: Hashable, Sendable {
        /// The manifest names it and it is not there.
        case missing
        case changed([FieldChange])
        /// It is there and the manifest does not name it.
        case unexpected(Ownership)
    }

    /// Who brought a resource that the manifest does not name.
    public enum Ownership: String, Hashable, Sendable, Codable {
        /// Warren created it for an earlier manifest.
        case created
        /// Somebody else did; Warren never deletes it.
        case unmanaged
    }

    public let resource: ResourceID
    public let difference: Difference
    public let position: SourcePosition?

    public init(_ resource: ResourceID, _ difference: Difference, position: SourcePosition? = nil) {
        self.resource = resource
        self.difference = difference
        self.position = position
    }

    /// Whether the manifest is not met. What is unmanaged is only reported.
    public var isOpen: Bool { difference != .unexpected(.unmanaged) }

    /// `missing`, `changed`, `unexpected` or `unmanaged`.
    public var word: String {
        switch difference {
        case .missing: "missing"
        case .changed: "changed"
        case .unexpected(.created): "unexpected"
        case .unexpected(.unmanaged): "unmanaged"
        }
    }

    public var changes: [FieldChange] { if case .changed(let changes) = difference { changes } else { [] } }
}

/// One field that differs, its two values redacted.
public struct FieldChange: Hashable, Sendable, Codable {
    public let field: String
    public let observed: JSONValue?
    public let desired: JSONValue?

    public init(field: String, observed: JSONValue?, desired: JSONValue?) {
        self.field = field
        self.observed = observed
        self.desired = desired
    }
}
