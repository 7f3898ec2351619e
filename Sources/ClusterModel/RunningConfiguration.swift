/// Whether the broker that runs read the configuration that the manifest makes. It reads its files only when it starts.
public enum RunningConfiguration: Hashable, Sendable {
    case current
    /// These files, by name, are on disk as the manifest wants them and were others when the broker started.
    case outdated([String])
    /// It can't be known, and why. Adds no action.
    case unknown(String)

    /// What stands for a file that was not there.
    public static let absent = "absent"

    /// Compares digests, by the names of files.
    ///
    /// - Parameters:
    ///   - read: as the running broker read them; without an entry where that is not known.
    ///   - onDisk: as they are now; without an entry where a file is not there.
    ///   - wanted: as the manifest makes them. No other file counts.
    public init(read: [String: String], onDisk: [String: String], wanted: [String: String]) {
        var outdated: [String] = []
        var problem: String?
        for (name, digest) in wanted.sorted(by: { $0.key.precedes($1.key) }) where read[name] != digest {
            if onDisk[name] != digest {
                problem = problem ?? "\(name) on disk is not what the manifest says"
            } else if read[name] == nil {
                problem = problem ?? "\(name) was changed after the broker started, and nobody saw what it had read"
            } else {
                outdated.append(name)
            }
        }
        self = !outdated.isEmpty ? .outdated(outdated) : problem.map { .unknown($0) } ?? .current
    }
}
