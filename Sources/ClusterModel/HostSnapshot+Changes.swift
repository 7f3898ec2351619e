extension HostSnapshot {
    /// What was done on this host's node since the agent started, as its event stream told.
    public struct Changes: Hashable, Sendable, Codable {
        /// How many events were heard that somebody has to look for. Only ever grows.
        public var heard: Int
        /// How many lines of the stream could not be read.
        public var unreadable: Int
        /// The last of them, the latest last.
        public var latest: [Change]

        public init(heard: Int = 0, unreadable: Int = 0, latest: [Change] = []) {
            self.heard = heard
            self.unreadable = unreadable
            self.latest = latest
        }
    }

    /// One thing that somebody did.
    public struct Change: Hashable, Sendable, Codable {
        public var kind: String?
        public var vhost: String?
        public var name: String?
        public var user: String?
        public var at: Timestamp?

        public init(resource: ResourceID?, author: Author?) {
            kind = resource?.kind.name
            vhost = resource?.vhost
            name = resource?.name
            user = author?.name
            at = author?.at
        }

        public var resource: ResourceID? {
            guard let kind, let name else { return nil }
            return ResourceID(Kind(kind), vhost: vhost, name: name)
        }

        public var author: Author? { user.map { Author($0, at: at) } }
    }

    /// Counts more of them.
    public mutating func add(_ more: [Change], unreadable: Int) {
        var all = changes ?? Changes()
        all.heard += more.count + unreadable
        all.unreadable += unreadable
        all.latest = Array((all.latest + more.suffix(Self.listLimit)).suffix(Self.listLimit))
        changes = all
    }
}
