/// A commit of the repository that holds the manifest.
public struct Commit: Hashable, Sendable {
    /// 40 or 64 hexadecimal digits.
    public let id: String
    /// `Name <address>`, as the commit says; nobody has checked it.
    public let author: String
    /// The first line of its message.
    public let subject: String

    public init(id: String, author: String, subject: String) {
        self.id = id
        self.author = author
        self.subject = subject
    }

    /// Enough digits to tell it by.
    public var short: String { String(id.prefix(12)) }

    /// Whether a text is a whole id.
    public static func isID(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy(isHexDigit)
    }

    /// Whether a text may be the beginning of an id that a person wrote.
    public static func isPrefix(_ text: String) -> Bool {
        (7...64).contains(text.utf8.count) && text.utf8.allSatisfy(isHexDigit)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}

/// Why a commit does not come into force.
public struct CommitRefusal: Hashable, Sendable {
    /// One word for programs.
    public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
        /// It bears no signature of a known signer.
        case unsigned = "Unsigned"
        /// It does not descend from the commit in force.
        case rewinds = "Rewinds"
        /// It holds no manifest that could be used.
        case invalid = "Invalid"
        /// Its manifest is for another cluster than the one in force.
        case otherCluster = "OtherCluster"
        /// Its manifest does not name this host.
        case otherHost = "OtherHost"
        /// It could not be read out of the cache.
        case unreadable = "Unreadable"

        /// Whether a person may accept it all the same.
        public var isAcceptable: Bool { self == .rewinds || self == .otherCluster }
    }

    public let reason: Reason
    /// One sentence for people, with what to do now.
    public let message: String

    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
