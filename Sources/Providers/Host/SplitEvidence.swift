import ClusterModel
import HostAccess

/// What split-off sides of a cluster declared and held before they gave it up, a file each.
struct SplitEvidence {
    let folder: String
    /// How many are kept; of a network that splits again and again the oldest go.
    static let limit = 20

    func keep(_ contents: [UInt8], at now: Timestamp) throws {
        try AtomicFile.write(contents, to: "\(folder)/split-\(now.milliseconds).json", mode: 0o600)
        for name in try names().dropLast(Self.limit) { try AtomicFile.remove("\(folder)/\(name)") }
    }

    /// The oldest first: all have as many digits until the year 2286.
    private func names() throws -> [String] {
        try Directory.names(folder).filter { $0.hasPrefix("split-") && $0.hasSuffix(".json") }.sorted()
    }
}
