import ClusterModel

/// One resource as it was read.
public struct ObservedRecord: Hashable, Sendable {
    public let id: ResourceID
    /// Equal digests mean that nothing is to be written.
    public let digest: String
    /// Redacted: it is stored and shown.
    public let fields: JSONValue

    public init(_ id: ResourceID, digest: String, fields: JSONValue) {
        self.id = id
        self.digest = digest
        self.fields = fields
    }
}

/// What one reading of one kind gives the store.
public enum ObservedKind: Sendable {
    /// All there is; what is not in it is gone. Each record must be of that kind.
    case known([ObservedRecord])
    /// Why it could not be read. What was read before is kept.
    case unknown(String)
}

/// A resource as it was last read.
public struct StoredResource: Hashable, Sendable {
    public let id: ResourceID
    public let digest: String
    /// Canonical JSON, redacted. Text, as a listing of thousands needs no parsed value.
    public let fieldsText: String
    public let firstSeenAt: Timestamp
    /// When another digest was read for the last time.
    public let changedAt: Timestamp
}

/// When and how a kind was last read.
public struct ReadingRecord: Hashable, Sendable {
    public let kind: Kind
    /// The last reading that succeeded: what is stored of the kind is from then. Nil where none ever did.
    public let readAt: Timestamp?
    /// Why the latest reading failed; nil where it succeeded.
    public let unknownReason: String?
    /// The first failure since `readAt`.
    public let unknownSince: Timestamp?
    /// How many resources are stored.
    public let count: Int
}

/// The cluster as it was last read.
public struct ClusterRecord: Hashable, Sendable {
    /// Nil where it never could be read.
    public let view: ClusterView?
    /// When `view` was read.
    public let readAt: Timestamp?
    /// Why the latest reading failed; nil where it succeeded.
    public let unknownReason: String?
    /// The first failure since `readAt`.
    public let unknownSince: Timestamp?
}

/// A condition and since when it has its status.
public struct ConditionRecord: Hashable, Sendable {
    public let condition: Condition
    public let lastTransition: Timestamp
}

/// How a drift ended.
public enum DriftResolution: String, Hashable, Sendable, Codable, CaseIterable {
    /// Warren put it back.
    case repaired
    /// It was gone without Warren's doing: someone else put it back, or the manifest changed.
    case vanished
}

/// One entry of the ledger: from when to when one resource was not as the manifest says.
public struct DriftRecord: Hashable, Sendable, Identifiable {
    public let id: Int64
    public let resource: ResourceID
    /// As `Drift.word`; the latest one, such as `missing` for what was `changed` and then deleted.
    public let word: String
    /// The fields as they were last seen to differ.
    public let changes: [FieldChange]
    /// Who caused it, where the broker or the file said so: an account, `rmq-cli`, the owner of a file.
    public let author: String?
    /// When its author did it, where that was said.
    public let authorAt: Timestamp?
    public let openedAt: Timestamp
    /// The run that saw it first; nil where it is no longer kept.
    public let openedBy: Int64?
    public let closedAt: Timestamp?
    public let closedBy: Int64?
    public let resolution: DriftResolution?

    public var isOpen: Bool { closedAt == nil }
}

/// What one call of `recordDrift` changed in the ledger, each list sorted.
public struct DriftTransition: Hashable, Sendable {
    public internal(set) var opened: [ResourceID] = []
    public internal(set) var repaired: [ResourceID] = []
    public internal(set) var vanished: [ResourceID] = []

    public init(opened: [ResourceID] = [], repaired: [ResourceID] = [], vanished: [ResourceID] = []) {
        self.opened = opened
        self.repaired = repaired
        self.vanished = vanished
    }

    /// Joins what a later call changed.
    public mutating func add(_ later: DriftTransition) {
        opened += later.opened
        repaired += later.repaired
        vanished += later.vanished
    }
}

/// A manifest that was seen. *Attempted* and *applied* are two things.
public struct RevisionRecord: Hashable, Sendable {
    public let revision: String
    public let path: String
    public let firstSeenAt: Timestamp
    /// When it became the manifest for the last time; going back to an earlier one counts.
    public let lastSeenAt: Timestamp
    public let attemptedAt: Timestamp?
    public let appliedAt: Timestamp?
}

/// An export of the broker's definitions, without its text.
public struct SnapshotRecord: Hashable, Sendable, Identifiable {
    public let id: Int64
    public let takenAt: Timestamp
    public let bytes: Int
}

extension Timestamp {
    init(_ stored: Int64) { self.init(milliseconds: stored) }
    init?(_ stored: Int64?) {
        guard let stored else { return nil }
        self.init(milliseconds: stored)
    }
}
