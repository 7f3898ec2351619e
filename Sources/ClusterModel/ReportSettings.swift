/// `spec.reports`: the drift report that each agent writes as a file.
public struct ReportSettings: Hashable, Sendable {
    public enum Period: String, Hashable, Sendable, CaseIterable { case daily, weekly }
    public enum Format: String, Hashable, Sendable, CaseIterable {
        case html, markdown, json, text

        /// How the names of its files end.
        public var ending: String {
            switch self {
            case .html: "html"
            case .markdown: "md"
            case .json: "json"
            case .text: "txt"
            }
        }
    }

    public var every: Period
    /// An absolute path.
    public var directory: String
    public var format: Format
    /// How many are kept, the newest.
    public var keep: Int

    /// Where the service of the package may write.
    public static let standardDirectory = "/var/log/warren"

    public init(
        every: Period, directory: String = ReportSettings.standardDirectory, format: Format = .html, keep: Int = 14
    ) {
        self.every = every
        self.directory = directory
        self.format = format
        self.keep = keep
    }
}
