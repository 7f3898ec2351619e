/// One time that Warren put a resource back.
public struct Repair: Hashable, Sendable {
    public let resource: ResourceID
    public let at: Timestamp
    /// Who had changed it, where that is known.
    public let author: String?
    /// The manifest that asked for it.
    public let revision: String?

    public init(_ resource: ResourceID, at: Timestamp, author: String?, revision: String?) {
        self.resource = resource
        self.at = at
        self.author = author
        self.revision = revision
    }
}
