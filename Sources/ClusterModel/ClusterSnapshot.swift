/// What was seen of a cluster at one moment, to be taken elsewhere: a manifest is compared with it where no broker can
/// be reached. It holds nothing secret.
public struct ClusterSnapshot: Sendable {
    /// The version of the form in which this Warren writes it. One that is read must not be newer.
    public static let version = 1

    /// The name of the cluster in the manifest by which it was looked at.
    public let cluster: String
    /// The host of the manifest on which it was made.
    public let host: String
    /// The revision of the manifest by which it was looked at.
    public let revision: String?
    /// Redacted; without what the agent sees of its own host, which is of that moment alone.
    public let observation: Observation
    /// What of it Warren created.
    public let created: Set<ResourceID>

    public init(
        cluster: String, host: String, revision: String?, observation: Observation, created: Set<ResourceID>
    ) {
        self.cluster = cluster
        self.host = host
        self.revision = revision
        self.observation = observation
        self.created = created
    }
}
