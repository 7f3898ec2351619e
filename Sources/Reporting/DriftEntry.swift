import ClusterModel
import Planning

/// One drift as a report tells of it.
public struct DriftEntry: Hashable, Sendable {
    /// How it ended.
    public enum Resolution: String, Hashable, Sendable {
        /// This host's agent put it back.
        case repaired
        /// It was gone without that: somebody undid it, or the agent of another host, such as the lead, put it back.
        case vanished

        public var words: String { self == .repaired ? "repaired" : "gone, not by this host," }
    }

    public let resource: ResourceID
    /// `missing`, `changed` or `unexpected`.
    public let word: String
    /// Redacted.
    public let changes: [FieldChange]
    /// Who caused it; nil where that is not known.
    public var author: String?
    /// When its author did it, where that was said.
    public var authorAt: Timestamp?
    /// Set where somebody changes it again each time that it is put back.
    public var contest: Contest?
    public let openedAt: Timestamp
    /// The run that saw it first; nil where it is no longer kept.
    public let openedBy: Int64?
    public let closedAt: Timestamp?
    public let closedBy: Int64?
    public let resolution: Resolution?

    public init(
        _ resource: ResourceID, word: String, changes: [FieldChange] = [], author: String? = nil, openedAt: Timestamp,
        openedBy: Int64? = nil, closedAt: Timestamp? = nil, closedBy: Int64? = nil, resolution: Resolution? = nil
    ) {
        self.resource = resource
        self.word = word
        self.changes = changes
        self.author = author
        self.openedAt = openedAt
        self.openedBy = openedBy
        self.closedAt = closedAt
        self.closedBy = closedBy
        self.resolution = resolution
    }

    public var isOpen: Bool { closedAt == nil }

    /// How long it was there, or has been so far.
    func duration(at now: Timestamp) -> String { openedAt.duration(until: closedAt ?? now) }
}

/// Which drift a report tells of.
public struct DriftFilter: Hashable, Sendable {
    /// Any of them; all kinds where there is none.
    public var kinds: Set<String>
    public var vhost: String?
    public var author: String?
    /// `kind path` with `*` for any text, as `spec.ignore` has it; without a blank, the path alone.
    public var resource: String?

    public init(kinds: Set<String> = [], vhost: String? = nil, author: String? = nil, resource: String? = nil) {
        self.kinds = kinds
        self.vhost = vhost
        self.author = author
        self.resource = resource
    }

    public func matches(_ id: ResourceID, author cause: String?) -> Bool {
        if !kinds.isEmpty, !kinds.contains(id.kind.name) { return false }
        if let vhost, id.vhost.map({ $0.sameBytes(as: vhost) }) != true { return false }
        if let author, cause.map({ $0.sameBytes(as: author) }) != true { return false }
        guard let resource else { return true }
        return IgnoreRule(pattern: resource.contains(" ") ? resource : "* " + resource).matches(id)
    }

    /// What a report says of it: `kind policy`, `vhost orders`.
    public var words: [(name: String, value: String)] {
        kinds.sorted { $0.precedes($1) }.map { ("kind", $0) } + (vhost.map { [("vhost", $0)] } ?? [])
            + (author.map { [("author", $0)] } ?? []) + (resource.map { [("resource", $0)] } ?? [])
    }
}
