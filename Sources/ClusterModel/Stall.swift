/// A refusal that is remembered, so that it is not asked for again until something changes.
public struct Stall: Hashable, Sendable {
    public let resource: ResourceID
    /// The broker's words.
    public let message: String
    /// What was refused under which circumstances; another fingerprint means another try.
    public let fingerprint: String
    public let since: Timestamp

    public init(_ resource: ResourceID, message: String, fingerprint: String, since: Timestamp) {
        self.resource = resource
        self.message = message
        self.fingerprint = fingerprint
        self.since = since
    }
}

/// FNV-1a over the bytes of some texts: the same in every process, unlike `Hasher`. Not for secrecy.
public func stableFingerprint(_ texts: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for text in texts {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01b3
    }
    return String(hash, radix: 16)
}
