import ClusterModel
import ResourceKinds

/// A resource that somebody changes again each time that Warren puts it back: two who do not know of each other.
///
/// It is put back all the same, but more slowly each time, so that neither side wears the broker out.
public struct Contest: Hashable, Sendable {
    /// So many repairs make a contest, where each came at most so many seconds after the pause of the one before.
    public static let budget = 3
    public static let period = 300.0
    /// The first pause in seconds, which doubles with each further repair, and the longest one.
    public static let pause = (first: 30.0, longest: 900.0)

    public let repairs: Int
    /// Sorted, each once.
    public let authors: [String]
    public let since: Timestamp
    public let heldUntil: Timestamp

    /// What is contested, out of the repairs of at least the last `history` seconds.
    public static func all(_ repairs: [Repair]) -> [ResourceID: Contest] {
        Dictionary(grouping: repairs, by: \.resource).compactMapValues { one($0.sorted { $0.at < $1.at }) }
    }

    /// How many seconds back repairs count.
    public static let history = 7200.0

    private static func one(_ repairs: [Repair]) -> Contest? {
        var counted: [Repair] = []
        for (index, repair) in repairs.enumerated() {
            // The first repair for a manifest brings its own change about, unless somebody is known to have done it.
            let isSecond = index > 0 && repairs[index - 1].revision == repair.revision
            guard repair.author != nil || isSecond else { continue }
            if let last = counted.last, repair.at.seconds(since: last.at) > period + hold(counted.count) {
                counted = []
            }
            counted.append(repair)
        }
        guard counted.count >= budget, let first = counted.first, let last = counted.last else { return nil }
        let end = Timestamp(milliseconds: last.at.milliseconds + Int64(hold(counted.count) * 1000))
        return Contest(
            repairs: counted.count, authors: Set(counted.compactMap(\.author)).sorted(), since: first.at,
            heldUntil: end)
    }

    /// How long the next repair waits after so many.
    private static func hold(_ repairs: Int) -> Double {
        guard repairs >= budget else { return 0 }
        return min(pause.longest, pause.first * Double(1 << min(repairs - budget, 10)))
    }

    /// Why nothing is done at this moment; nil where it may be.
    public func refusal(at now: Timestamp) -> Refusal? {
        guard now < heldUntil else { return nil }
        return Refusal(
            .other("contested"),
            "somebody changes it again each time: put back \(repairs) times since \(since.iso8601), changed by "
                + "\(people); the next try is at \(heldUntil.iso8601); agree on who sets it, and change the manifest "
                + "or leave it alone")
    }

    /// `alice and bob`, as they may be shown.
    public var people: String {
        guard let last = authors.last else { return "nobody that the broker named" }
        return authors.count == 1 ? last : authors.dropLast().joined(separator: ", ") + " and " + last
    }
}
