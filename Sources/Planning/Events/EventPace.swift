/// When a run is due for what was heard. Moments are seconds of a clock that never goes back.
///
/// A single change is looked at within milliseconds. Of many at once the end is waited for, as each run reads
/// everything anew, but not for ever; and however long it goes on, a minute sees a bounded number of runs.
public struct EventPace: Sendable {
    /// How long it has to be quiet after a few events: what one command does may be several of them.
    public static let settle = 0.02
    /// From how many on they are a storm, and how long it has to be quiet after one.
    public static let storm = (events: 50, settle: 0.25)
    /// How long the end of a storm is waited for.
    public static let patience = 3.0
    /// So many runs may follow each other without a pause; then there is one every `interval` seconds.
    public static let allowance = 30.0
    public static let interval = 2.0

    private var first: Double?
    private var last = 0.0
    private var count = 0
    /// When the allowance would be whole again.
    private var replete = 0.0

    public init() {}

    public mutating func heard(_ events: Int = 1, at now: Double) {
        guard events > 0 else { return }
        first = first ?? now
        last = now
        count += events
    }

    /// When a run is due; nil where nothing was heard since the last one.
    public var due: Double? {
        guard let first else { return nil }
        let quiet = last + (count < Self.storm.events ? Self.settle : Self.storm.settle)
        return max(min(quiet, first + Self.patience), replete - Self.allowance * Self.interval)
    }

    /// Takes what was heard, where a run is due for it.
    public mutating func take(at now: Double) -> Bool {
        guard let due, due <= now else { return false }
        first = nil
        count = 0
        replete = max(replete, now) + Self.interval
        return true
    }
}

/// How long to wait before something that ended by itself is started again.
public struct Backoff: Hashable, Sendable {
    /// Seconds: the first pause, the longest one, and how long it has to last to count as well again.
    public let (first, longest, healthy): (Double, Double, Double)
    private var failures = 0

    public init(first: Double = 0.5, longest: Double = 60, healthy: Double = 60) {
        (self.first, self.longest, self.healthy) = (first, longest, healthy)
    }

    /// The pause after one that lasted so many seconds.
    public mutating func pause(after lasted: Double) -> Double {
        if lasted >= healthy { failures = 0 }
        defer { failures = min(failures + 1, 30) }
        return min(longest, first * Double(1 << min(failures, 20)))
    }
}
