/// `spec.notifications`: who is told of what happens.
public struct NotificationTarget: Hashable, Sendable {
    public enum Means: Hashable, Sendable {
        /// An address that takes JSON, and the secret that it is signed with; both may be references.
        case webhook(url: JSONValue, secret: JSONValue?)
        /// A program with its arguments, which reads JSON from its standard input.
        case command([String])
    }

    public let name: String
    public let means: Means
    /// What it wants to hear of.
    public let events: Set<Notification.Event>

    public init(name: String, means: Means, events: Set<Notification.Event> = Set(Notification.Event.allCases)) {
        self.name = name
        self.means = means
        self.events = events
    }
}

/// One thing that happened, as it is sent. It holds nothing secret.
public struct Notification: Hashable, Sendable {
    public enum Event: String, Hashable, Sendable, CaseIterable {
        case driftOpened, driftRepaired, stalled, runFailed, conditionTurned
    }

    public let event: Event
    /// One sentence for people.
    public let text: String
    /// The resources that it is about, the first `listLimit` of them.
    public let resources: [String]
    /// How many there are in all.
    public let total: Int
    /// What only some events have, such as `condition`.
    public let details: [String: JSONValue]

    /// How many resources one notification names.
    public static let listLimit = 50

    public init(_ event: Event, _ text: String, resources: [ResourceID] = [], details: [String: JSONValue] = [:]) {
        self.event = event
        self.text = text
        self.resources = resources.prefix(Self.listLimit).map { "\($0.kind) \($0.path)" }
        total = resources.count
        self.details = details
    }

    /// Notifications of one key say the same.
    public var key: String {
        "\(event.rawValue)\n\(resources.joined(separator: "\n"))\n\(total)\n\(JSONValue.object(details))"
            + (event == .runFailed ? text : "")
    }

    /// The document that is sent.
    ///
    /// - Parameters:
    ///   - id: another one for each; the same when it is sent again.
    ///   - repeats: how many that said the same were left out before it.
    public func document(id: String, origin: Origin, at time: Timestamp, repeats: Int) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(id), "event": .string(event.rawValue), "text": .string(text), "at": .string(time.iso8601),
            "host": .string(origin.host), "cluster": origin.cluster.map(JSONValue.string) ?? .null,
            "revision": origin.revision.map(JSONValue.string) ?? .null, "run": origin.run.map { .integer($0) } ?? .null,
            "cause": origin.cause.map(JSONValue.string) ?? .null,
            "resources": .array(resources.map(JSONValue.string)), "total": .integer(total),
            "repeats": .integer(repeats),
        ]
        members.merge(details) { known, _ in known }
        return .object(members)
    }

    /// Who tells it, and of which run.
    public struct Origin: Hashable, Sendable {
        public var host: String
        public var cluster: String?
        public var revision: String?
        public var run: Int?
        public var cause: String?

        public init(
            host: String, cluster: String? = nil, revision: String? = nil, run: Int? = nil, cause: String? = nil
        ) {
            self.host = host
            self.cluster = cluster
            self.revision = revision
            self.run = run
            self.cause = cause
        }
    }
}

extension HostSnapshot {
    /// How notifications fare with one of those who are told, since the agent started.
    public struct Delivery: Hashable, Sendable, Codable {
        public var name: String
        public var waiting: Int
        public var delivered: Int
        /// Given up after all tries.
        public var failed: Int
        /// Left out because too many waited.
        public var dropped: Int
        /// Why the last try failed; nil after one that succeeded.
        public var problem: String?

        public init(name: String, waiting: Int = 0, delivered: Int = 0, failed: Int = 0, dropped: Int = 0) {
            self.name = name
            self.waiting = waiting
            self.delivered = delivered
            self.failed = failed
            self.dropped = dropped
        }
    }
}
