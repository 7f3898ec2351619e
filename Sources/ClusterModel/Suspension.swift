/// Enforcement that a person switched off until a moment. Observing, recording and reporting go on.
public struct Suspension: Hashable, Sendable, Codable {
    public enum Scope: String, OpenWord {
        /// One host.
        case host
        /// Every host, by a global parameter of the broker.
        case cluster
        /// Of a newer Warren.
        case unknown
    }

    public let scope: Scope
    public let author: String
    public let reason: String
    public let since: Timestamp
    public let until: Timestamp

    /// The longest that one may last; a longer one is a manifest with `mode: observe`.
    public static let longest: Int64 = 30 * 86_400_000

    public init(_ scope: Scope, author: String, reason: String, since: Timestamp, until: Timestamp) {
        self.scope = scope
        self.author = author
        self.reason = reason
        self.since = since
        self.until = until
    }

    /// Whether it still holds: it ends by itself.
    public func isActive(at now: Timestamp) -> Bool { now < until }

    /// `suspended on the whole cluster by alice until 2026-11-23 02:00 UTC: moving disks`.
    public var sentence: String {
        let place = scope == .host ? "on this host" : "on the whole cluster"
        return "suspended \(place) by \(author.printable) until \(until.minuteText) UTC: \(reason.printable)"
    }
}

extension Suspension {
    /// What is kept in the broker; whole seconds, as Erlang counts them there.
    public var parameter: JSONValue {
        [
            "author": .string(author), "reason": .string(reason), "since": .integer(Int(since.milliseconds / 1000)),
            "until": .integer(Int(until.milliseconds / 1000)),
        ]
    }

    /// Reads what is kept in the broker; nil where it has no end, so that nothing is suspended for ever.
    public init?(parameter value: JSONValue) {
        func moment(_ key: String) -> Timestamp? {
            // Beyond the year 9999 it is none.
            guard let seconds = value[key]?.integer, (0..<253_402_300_800).contains(seconds) else { return nil }
            return Timestamp(milliseconds: Int64(seconds) * 1000)
        }
        guard let until = moment("until") else { return nil }
        self.init(
            .cluster, author: value["author"]?.string ?? "somebody",
            reason: value["reason"]?.string ?? "no reason given", since: moment("since") ?? until, until: until)
    }
}

extension Collection where Element == Suspension {
    /// Those that still hold, the one that ends last first.
    public func active(at now: Timestamp) -> [Suspension] {
        filter { $0.isActive(at: now) }.sorted { $0.until == $1.until ? $0.scope == .cluster : $0.until > $1.until }
    }
}
