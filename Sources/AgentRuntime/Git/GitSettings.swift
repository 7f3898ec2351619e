import ClusterModel
import Providers

/// How an agent takes its manifest out of git.
public struct GitSettings: Sendable {
    public var source: GitSource
    public var access: GitAccess
    /// How often the repository is asked, before jitter.
    public var interval: Duration
    /// The file that holds the secret of webhooks; nil where none are taken.
    public var webhookSecret: String?

    public init(
        source: GitSource, access: GitAccess = GitAccess(), interval: Duration = .seconds(60),
        webhookSecret: String? = nil
    ) {
        self.source = source
        self.access = access
        self.interval = interval
        self.webhookSecret = webhookSecret
    }
}
