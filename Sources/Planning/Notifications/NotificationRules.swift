import ClusterModel
import ResourceKinds

/// What a run gives to be told: pure functions of what was so before and what is so after.
///
/// Several agents see the same cluster. What concerns it is told by the lead, and by everybody where nobody leads; what
/// concerns a host is told by its own agent.
public enum NotificationRules {
    /// What a run found and did.
    public struct Run: Sendable {
        public var opened: [ResourceID]
        public var repaired: [ResourceID]
        /// What the broker refused before and after the run, with its words.
        public var stalledBefore: Set<ResourceID>
        public var stalled: [Stall]
        /// The sentence of a run that failed; nil for any other.
        public var failure: String?

        public init(
            opened: [ResourceID] = [], repaired: [ResourceID] = [], stalledBefore: Set<ResourceID> = [],
            stalled: [Stall] = [], failure: String? = nil
        ) {
            self.opened = opened
            self.repaired = repaired
            self.stalledBefore = stalledBefore
            self.stalled = stalled
            self.failure = failure
        }
    }

    public static func notifications(of run: Run, speaksForCluster: Bool) -> [Notification] {
        func mine(_ ids: [ResourceID]) -> [ResourceID] {
            ids.filter { speaksForCluster || ResourceKinds.byName[$0.kind]?.scope == .host }
        }
        var all: [Notification] = []
        let (opened, repaired) = (mine(run.opened), mine(run.repaired))
        if let first = opened.first {
            all.append(Notification(.driftOpened, "drift on \(names(first, opened.count))", resources: opened))
        }
        if let first = repaired.first {
            all.append(Notification(.driftRepaired, "put back \(names(first, repaired.count))", resources: repaired))
        }
        let new = run.stalled.filter { !run.stalledBefore.contains($0.resource) }
        let stalled = mine(new.map(\.resource))
        if let first = stalled.first, let stall = new.first(where: { $0.resource == first }) {
            all.append(
                Notification(
                    .stalled, "the broker refuses \(names(first, stalled.count)): \(stall.message)", resources: stalled,
                    details: ["message": .string(stall.message)]))
        }
        if let failure = run.failure { all.append(Notification(.runFailed, failure)) }
        return all
    }

    /// The conditions that were known before and have another status now.
    public static func notifications(
        from before: [HostSnapshot.ConditionState], to after: [HostSnapshot.ConditionState], speaksForCluster: Bool
    ) -> [Notification] {
        let known = Dictionary(before.map { ($0.name, $0.status) }) { first, _ in first }
        return after.filter { speaksForCluster || !ofCluster.contains($0.name) }.compactMap { condition in
            guard let status = known[condition.name], status != condition.status else { return nil }
            let message = condition.message.map { ": \($0)" } ?? ""
            return Notification(
                .conditionTurned, "\(condition.name) is \(condition.status.rawValue)\(message)",
                details: [
                    "condition": .string(condition.name), "status": .string(condition.status.rawValue),
                    "before": .string(status.rawValue), "reason": .string(condition.reason),
                ])
        }
    }

    private static let ofCluster: Set = [
        Condition.Name.quorumSafe.rawValue, Condition.Name.unpartitioned.rawValue, Condition.Name.vipHeld.rawValue,
    ]

    private static func names(_ first: ResourceID, _ count: Int) -> String {
        count == 1 ? "\(first)" : "\(first) and \(count - 1) more"
    }
}

/// Leaves out what was said a moment ago, and counts it.
public struct Deduplicator: Sendable {
    private let window: Double
    private var told: [String: (at: Timestamp, repeats: Int)] = [:]

    /// - Parameter window: how many seconds the same is not told again.
    public init(window: Double = 300) { self.window = window }

    /// Nil where it is to be left out; otherwise how many that said the same were left out before it.
    public mutating func admit(_ notification: Notification, at now: Timestamp) -> Int? {
        // A clock that was put back does not silence anything for an hour.
        told = told.filter { abs(now.seconds(since: $0.value.at)) < window * 4 }
        let key = notification.key
        if let last = told[key], abs(now.seconds(since: last.at)) < window {
            told[key]?.repeats += 1
            return nil
        }
        defer { told[key] = (now, 0) }
        return told[key]?.repeats ?? 0
    }
}

/// What waits to be delivered to one receiver, the oldest first; never more than `limit`.
public struct DeliveryQueue<Item: Sendable>: Sendable {
    public private(set) var items: [Item] = []
    public private(set) var dropped = 0
    private let limit: Int

    public init(limit: Int = 256) { self.limit = limit }

    /// Where it is full the oldest makes room: what happens now says more.
    public mutating func add(_ item: Item) {
        items.append(item)
        guard items.count > limit else { return }
        items.removeFirst()
        dropped += 1
    }

    public mutating func take() -> Item? { items.isEmpty ? nil : items.removeFirst() }
}

/// When a delivery is tried again.
public enum DeliveryBackoff {
    /// How often one is tried in all: over some 15 minutes.
    public static let tries = 16

    /// How many seconds to wait after this many tries that failed; nil when it is given up.
    ///
    /// - Parameter jitter: from 0 to 1.
    public static func pause(afterTries tries: Int, jitter: Double) -> Double? {
        guard tries < Self.tries else { return nil }
        return min(90, Double(1 << min(tries - 1, 7))) * (0.75 + 0.5 * jitter)
    }
}
