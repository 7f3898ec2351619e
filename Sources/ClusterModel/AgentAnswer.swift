/// What an agent tells HAProxy of its broker: whether clients may be sent to it, and why not.
///
/// It comes from the cluster's view: a node in a minority, paused, booting or split off is not `up`, although its port
/// answers.
public struct AgentAnswer: Hashable, Sendable, Codable {
    public enum Word: String, OpenWord {
        /// Clients may come.
        case up
        /// New clients go elsewhere; those that are connected stay.
        case drain
        /// Out of service on purpose.
        case maint
        /// Out of service, and not on purpose.
        case down
        /// Of a newer Warren. Nothing is told to HAProxy, which leaves things as they are.
        case unknown
    }

    public let word: Word
    /// A few words for people; HAProxy shows them on its statistics page.
    public let reason: String?

    public init(_ word: Word, reason: String? = nil) {
        self.word = word
        self.reason = reason
    }
}
