/// What one check of the host found.
public struct Finding: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case pass
        /// Warren works, and something is not as it should be.
        case warning
        /// Warren will not work, or not in part.
        case failure
    }

    /// What was looked at, in a word or two.
    public let check: String
    public let status: Status
    /// What is so, a sentence.
    public let sentence: String
    /// What a person can do about it; nil where nothing is to be done.
    public let remedy: String?

    public init(_ check: String, _ status: Status, _ sentence: String, remedy: String? = nil) {
        self.check = check
        self.status = status
        self.sentence = sentence
        self.remedy = remedy
    }

    static func pass(_ check: String, _ sentence: String) -> Finding { Finding(check, .pass, sentence) }
    static func warning(_ check: String, _ sentence: String, _ remedy: String?) -> Finding {
        Finding(check, .warning, sentence, remedy: remedy)
    }
    static func failure(_ check: String, _ sentence: String, _ remedy: String?) -> Finding {
        Finding(check, .failure, sentence, remedy: remedy)
    }
}
