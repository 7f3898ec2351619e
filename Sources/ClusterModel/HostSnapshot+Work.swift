extension HostSnapshot {
    /// The manifest in two senses: the one that is worked towards, and the one that was last reached.
    public struct Revision: Hashable, Sendable, Codable {
        public var attempted: String?
        public var applied: String?

        public init(attempted: String? = nil, applied: String? = nil) {
            self.attempted = attempted
            self.applied = applied
        }
    }

    /// The agent that applies cluster-scope actions, and the number by which a stale one is fenced.
    public struct Lead: Hashable, Sendable, Codable {
        public var host: String
        public var generation: Int?

        public init(host: String, generation: Int? = nil) {
            self.host = host
            self.generation = generation
        }
    }

    /// A condition as its word: a newer Warren may know more of them.
    public struct ConditionState: Hashable, Sendable, Codable {
        public enum Status: String, OpenWord {
            case `true` = "True", `false` = "False", unknown = "Unknown"

            public init(_ status: Condition.Status) { self = Status(rawValue: status.rawValue) ?? .unknown }
        }

        public var name: String
        public var status: Status
        /// One CamelCase word for programs.
        public var reason: String
        /// One sentence for people.
        public var message: String?

        public init(_ name: String, _ status: Status, reason: String, message: String? = nil) {
            self.name = name
            self.status = status
            self.reason = reason
            self.message = message
        }

        public init(_ condition: Condition) {
            self.init(
                condition.name.rawValue, Status(condition.status), reason: condition.reason, message: condition.message)
        }
    }

    /// One open drift.
    public struct DriftItem: Hashable, Sendable, Codable {
        /// `policy orders/ha-all`.
        public var resource: String
        /// `missing`, `changed` or `unexpected`.
        public var difference: String
        public var fields: [FieldChange]?

        public init(_ drift: Drift) {
            resource = "\(drift.resource.kind) \(drift.resource.path)"
            difference = drift.word
            fields = drift.changes.isEmpty ? nil : drift.changes
        }
    }

    /// An action that is not taken.
    public struct BlockedItem: Hashable, Sendable, Codable {
        public var resource: String
        public var `guard`: String
        public var reason: String

        public init(_ blocked: BlockedAction) {
            resource = "\(blocked.resource.kind) \(blocked.resource.path)"
            `guard` = blocked.guard.name
            reason = blocked.reason
        }
    }

    /// What the broker refused, in its own words.
    public struct StalledItem: Hashable, Sendable, Codable {
        public var resource: String
        public var message: String
        public var since: Timestamp?

        public init(_ stall: Stall) {
            resource = "\(stall.resource.kind) \(stall.resource.path)"
            message = stall.message
            since = stall.since
        }
    }

    /// How many there are of what the lists hold the first of.
    public struct Totals: Hashable, Sendable, Codable {
        public var drift: Int
        public var blocked: Int
        public var stalled: Int

        public init(drift: Int = 0, blocked: Int = 0, stalled: Int = 0) {
            self.drift = drift
            self.blocked = blocked
            self.stalled = stalled
        }
    }

    /// A run that ended.
    public struct LastRun: Hashable, Sendable, Codable {
        public var id: Int
        /// `event`, `commit`, `resync`, `request` or `boot`.
        public var cause: String
        /// `converged`, `drifted`, `stalled`, `failed` or `unknown`.
        public var result: String
        /// What was done, or why nothing was.
        public var sentence: String
        /// When it ended.
        public var at: Timestamp
        /// How long it took.
        public var seconds: Double

        public init(id: Int, cause: String, result: String, sentence: String, at: Timestamp, seconds: Double) {
            self.id = id
            self.cause = cause
            self.result = result
            self.sentence = sentence
            self.at = at
            self.seconds = seconds
        }
    }

    /// Runs that ended since the agent started. Only ever grows.
    public struct RunTotals: Hashable, Sendable, Codable {
        /// How many ended with each result.
        public var byResult: [String: Int]
        /// How long they took together.
        public var seconds: Double

        public init(byResult: [String: Int] = [:], seconds: Double = 0) {
            self.byResult = byResult
            self.seconds = seconds
        }

        /// Counts one more.
        public mutating func add(_ run: LastRun) {
            byResult[run.result, default: 0] += 1
            seconds += run.seconds
        }
    }
}
