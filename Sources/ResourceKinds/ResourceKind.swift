import ClusterModel

/// What Warren knows about one kind of resource: pure functions and tables, no loop, no retry, no logging.
///
/// A new kind is one file that conforms to this and one line in `ResourceKinds.all`. The loader, the planner, the
/// broker's reader and writer, the reports and `adopt` take everything else from here.
public protocol ResourceKind: Sendable {
    var kind: Kind { get }
    /// Where people write it; nil for a kind that stands inside another one's entries.
    var section: ManifestSection? { get }
    var scope: Action.Scope { get }
    /// Whose business a change is, where not all changes are of one scope.
    func scope(of verb: Action.Verb) -> Action.Scope
    var wave: Wave { get }
    /// The fields in the order in which reports show them.
    var fieldOrder: [String] { get }
    /// Fields that are never shown, stored or logged.
    var secretFields: Set<String> { get }
    /// The key of `spec.prune` that lets Warren delete what it created; nil where it never deletes.
    var pruneKey: String? { get }
    /// The key of `spec.modes` that says whether this kind is changed or only reported.
    var modeKey: String { get }
    /// Whether what Warren created goes as soon as the manifest no longer names it, without a key of `spec.prune`.
    var goesWithManifest: Bool { get }

    /// The desired resources of a validated `spec`, defaults filled in.
    func desired(in spec: Located) -> [Resource]
    /// The resources in a definitions document, of any version from 3.7 on.
    func observed(in definitions: Definitions) -> [Resource]
    /// Whether the broker leaves it out of its definitions exports, so that it has to be read in another way.
    func isBeyondExport(_ desired: Resource) -> Bool
    /// Whether it is the broker's own and none of a manifest's business.
    func isInternal(_ observed: Resource) -> Bool

    /// Whether it has done what it was for and went by itself, so that its absence is no drift.
    func isDone(_ desired: Resource, in observation: Observation) -> Bool

    /// What else it needs the manifest to declare.
    func references(of desired: Resource) -> [Reference]
    /// What the broker would refuse; with a version, what that version would. Without, what all would.
    func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem]
    /// The form of a field in which two values are compared.
    func comparable(_ field: String, _ value: JSONValue) -> JSONValue
    /// Why a change must not be made although it would be possible, or can't be made although it is wanted.
    func refusal(_ change: ProposedChange, in world: World) -> Refusal?
    /// The value as it may be shown and stored.
    func redact(_ field: String, _ value: JSONValue) -> JSONValue

    /// How to create it, or to change `observed` into it.
    func write(_ desired: Resource, over observed: Resource?) -> Change
    /// How to delete it; nil where Warren never does.
    func removal(of observed: Resource) -> Change?
    /// Its entry in the manifest, for `adopt`; nil where another kind's entry holds it.
    func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue?
}

extension ResourceKind {
    public var section: ManifestSection? { nil }
    public var scope: Action.Scope { .cluster }
    public func scope(of verb: Action.Verb) -> Action.Scope { scope }
    public var wave: Wave { .topology }
    public var secretFields: Set<String> { [] }
    public var pruneKey: String? { nil }
    public var modeKey: String { pruneKey ?? kind.name }
    public var goesWithManifest: Bool { false }

    public func isBeyondExport(_ desired: Resource) -> Bool { false }
    public func isInternal(_ observed: Resource) -> Bool { false }
    public func isDone(_ desired: Resource, in observation: Observation) -> Bool { false }
    public func references(of desired: Resource) -> [Reference] { [] }
    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] { [] }
    public func comparable(_ field: String, _ value: JSONValue) -> JSONValue { value.pairListsAsObjects }
    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? { nil }
    public func removal(of observed: Resource) -> Change? { nil }
    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? { nil }

    /// The entries of this kind's own section.
    func entries(in spec: Located) -> [Located] {
        guard let section else { return [] }
        return spec[section.path]?.elements ?? []
    }

    public func redact(_ field: String, _ value: JSONValue) -> JSONValue {
        Redaction.redact(value, isSecret: secretFields.contains(field))
    }
}

/// A list of the manifest, such as `spec.federation.upstreams`, and what an entry of it looks like.
public struct ManifestSection: Sendable {
    /// Below `spec`.
    public let path: [String]
    public let entry: Shape
    public let summary: String

    public init(_ path: [String], of entry: [Property], _ summary: String) {
        self.path = path
        self.entry = .object(entry)
        self.summary = summary
    }
}

/// When a change runs. Within a wave, the definitions' own order holds; deletions come last of all, in reverse.
public enum Wave: Int, Comparable, Sendable {
    /// The files of a host, before what reads them.
    case files
    /// Before anything that needs a plugin's component.
    case plugins
    case services
    case membership
    case topology
    /// What starts to move messages, after the queues that it would otherwise declare in its own way.
    case movers

    public static func < (left: Wave, right: Wave) -> Bool { left.rawValue < right.rawValue }
}

/// Something that a resource needs the manifest to declare.
public struct Reference: Sendable {
    /// The path inside the manifest's entry, for the position of the error.
    public let path: [String]
    public let target: ResourceID
    public let isRequired: Bool

    public init(_ path: [String], _ target: ResourceID, isRequired: Bool = true) {
        self.path = path
        self.target = target
        self.isRequired = isRequired
    }
}

/// What is wrong with a field of the manifest.
public struct FieldProblem: Hashable, Sendable {
    public let severity: Diagnostic.Severity
    /// The path inside the manifest's entry; the last part may be a key that is itself the problem.
    public let path: [String]
    public let message: String

    public init(_ path: [String], _ message: String, severity: Diagnostic.Severity = .error) {
        self.severity = severity
        self.path = path
        self.message = message
    }
}

/// A change that the planner would make.
public struct ProposedChange: Sendable {
    public let verb: Action.Verb
    public let desired: Resource?
    public let observed: Resource?
    /// The names of the fields that differ.
    public let fields: [String]

    public init(_ verb: Action.Verb, desired: Resource?, observed: Resource?, fields: [String] = []) {
        self.verb = verb
        self.desired = desired
        self.observed = observed
        self.fields = fields
    }
}

/// What was read of the world, and what of it Warren created.
public struct World: Sendable {
    public let observation: Observation
    public let inventory: Set<ResourceID>

    public init(observation: Observation, inventory: Set<ResourceID>) {
        self.observation = observation
        self.inventory = inventory
    }

    public var version: BrokerVersion? { observation.cluster.view?.version }
    public var host: HostView? { observation.host }

    public func state(of service: HostService) -> ServiceState { host?.services[service] ?? .unknown }
}

/// The guard that a change does not pass, and the sentence that says so.
public struct Refusal: Hashable, Sendable {
    public let `guard`: Guard
    public let reason: String

    public init(_ unmet: Guard, _ reason: String) {
        self.guard = unmet
        self.reason = reason
    }
}
