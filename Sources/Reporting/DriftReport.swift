import ClusterModel

/// What is not as the manifest says, and what was not and ended.
public struct DriftReport: Sendable {
    /// When it was made.
    public var now: Timestamp
    /// The cluster's name; nil where it was never read.
    public var cluster: String?
    public var host: String?
    /// From when on what ended is told of; nil where only what is open was asked for.
    public var since: Timestamp?
    /// Until when what began is told of; nil for until now.
    public var until: Timestamp?
    public var filter: DriftFilter
    /// What is open, the longest first.
    public var open: Entries
    /// What ended in the time asked for, the latest first; nil where none was asked for.
    public var closed: Entries?
    /// What is there, stands in no manifest and was not created by Warren.
    public var unmanaged: [ResourceID]
    /// When the broker was last read.
    public var observedAt: Timestamp?
    /// Why it could not be read at last.
    public var unknownReason: String?

    /// Entries, and of all that there are some figures: thousands are counted, and the first ones shown.
    public struct Entries: Sendable {
        public var shown: [DriftEntry]
        public var total: Int
        public var repaired: Int
        /// How many each known author caused, the most first.
        public var authors: [(name: String, count: Int)]

        public init(shown: [DriftEntry], total: Int, repaired: Int = 0, authors: [(name: String, count: Int)] = []) {
            self.shown = shown
            self.total = total
            self.repaired = repaired
            self.authors = authors
        }

        /// All of these.
        public init(_ entries: [DriftEntry]) {
            self.init(
                shown: entries, total: entries.count, repaired: entries.count { $0.resolution == .repaired },
                authors: Self.authors(entries.compactMap(\.author)))
        }

        /// The authors with how often each is there, the most first.
        public static func authors(_ names: [String]) -> [(name: String, count: Int)] {
            Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).map { (name: $0.key, count: $0.value) }
                .sorted { $0.count == $1.count ? $0.name.precedes($1.name) : $0.count > $1.count }
        }

        var left: Int { total - shown.count }
    }

    public init(
        now: Timestamp, cluster: String? = nil, host: String? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
        filter: DriftFilter = DriftFilter(), open: Entries, closed: Entries? = nil, unmanaged: [ResourceID] = [],
        observedAt: Timestamp? = nil, unknownReason: String? = nil
    ) {
        self.now = now
        self.cluster = cluster
        self.host = host
        self.since = since
        self.until = until
        self.filter = filter
        self.open = open
        self.closed = closed
        self.unmanaged = unmanaged
        self.observedAt = observedAt
        self.unknownReason = unknownReason
    }

    /// How many entries a page or a text for people shows of each list.
    public static let shortLength = 500

    /// The authors of all that is told of.
    var authors: [(name: String, count: Int)] {
        let both = open.authors + (closed?.authors ?? [])
        return Dictionary(both.map { ($0.name, $0.count) }, uniquingKeysWith: +).map { (name: $0.key, count: $0.value) }
            .sorted { $0.count == $1.count ? $0.name.precedes($1.name) : $0.count > $1.count }
    }

    /// `Drift of orders on mq1`.
    var title: String {
        "Drift" + (cluster.map { " of \($0)" } ?? "") + (host.map { " on \($0)" } ?? "")
    }

    /// The time that it is about.
    var period: String {
        let end = (until ?? now).minuteText
        return since.map { "\($0.minuteText) to \(end) UTC" } ?? "as of \(end) UTC"
    }
}

extension Timestamp {
    /// `2026-11-22 21:03:07`.
    var secondText: String { String(iso8601.prefix(19)).replacing("T", with: " ") }
}

extension FieldChange {
    /// Both values on one line each, cut where they are long; nil where nothing that may be shown differs.
    var shortValues: (observed: String, desired: String)? {
        let (before, after) = (observed.map(Self.short) ?? "absent", desired.map(Self.short) ?? "absent")
        return before == after ? nil : (before, after)
    }

    /// The value on one line, cut where it is long.
    public static func short(_ value: JSONValue) -> String {
        let text = value.description.printable
        return text.count > 160 ? text.prefix(157) + "…" : text
    }
}
