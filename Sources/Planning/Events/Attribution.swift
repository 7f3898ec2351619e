import ClusterModel
import ResourceKinds

/// What was heard of late, by resource, from which a drift that opens gets its author.
///
/// An event is a hint. A drift gets an author only where the event names its resource, or what took it along, and came
/// between the last reading that found the resource in order and the one that found the drift.
public struct Attribution: Sendable {
    /// How many resources are kept; what is beyond gets no author.
    public static let limit = 20_000
    /// How many seconds a line may be late behind the reading that saw its change already: one of another node comes
    /// through that node's agent.
    public static let slack = 5.0
    /// For how many seconds an event is kept.
    public static let age = 900.0

    private struct Hint {
        let author: Author
        let heardAt: Timestamp
        let slack: Double
    }

    private var hints: [ResourceID: Hint] = [:]
    /// When each kind was last read.
    private var readAt: [Kind: Timestamp] = [:]

    public init() {}

    /// - Parameters:
    ///   - now: when it was heard, by this host's clock, by which readings are told as well.
    ///   - slack: for how many seconds before a reading it may have happened that the reading did not see.
    public mutating func heard(
        _ resource: ResourceID, by author: Author, at now: Timestamp, slack: Double = Attribution.slack
    ) {
        guard hints.count < Self.limit || hints[resource] != nil else { return }
        hints[resource] = Hint(author: author, heardAt: now, slack: slack)
    }

    /// Who caused each of these. What was used is not used again: the next drift of a resource needs an event of its own.
    ///
    /// - Parameters:
    ///   - open: since when the ledger knows of a drift; one that is not in it opens now.
    ///   - readings: the kinds that were read.
    public mutating func authors(
        of drift: [ResourceID], open: [ResourceID: Timestamp], readings: Set<Kind>, at now: Timestamp
    ) -> [ResourceID: Author] {
        var authors: [ResourceID: Author] = [:]
        var used: Set<ResourceID> = []
        for id in drift {
            let since = readAt[id.kind]
            let fitting = ([id] + id.holders).filter { name in
                guard let hint = hints[name] else { return false }
                // It was there before somebody did this.
                if let opened = open[id], hint.heardAt.seconds(since: opened) > Self.slack { return false }
                return since.map { $0.seconds(since: hint.heardAt) < hint.slack } ?? true
            }
            guard let name = fitting.first, let hint = hints[name] else { continue }
            authors[id] = hint.author
            // What took others along explains them as well, so that it stays.
            if name == id { used.insert(name) }
        }
        for name in used { hints[name] = nil }
        for kind in readings { readAt[kind] = now }
        hints = hints.filter { now.seconds(since: $0.value.heardAt) < Self.age }
        return authors
    }

    /// Who caused what is put back already: a reading may see a change before the line that tells of it is heard.
    ///
    /// - Parameter closed: drift that has no author, and when it was opened.
    public mutating func lateAuthors(of closed: [ResourceID: Timestamp]) -> [ResourceID: Author] {
        var authors: [ResourceID: Author] = [:]
        for (id, opened) in closed {
            guard let hint = hints[id], abs(hint.heardAt.seconds(since: opened)) < hint.slack else { continue }
            authors[id] = hint.author
            hints[id] = nil
        }
        return authors
    }
}
