/// What a process uses of its host.
public struct ProcessUsage: Hashable, Sendable {
    public let residentBytes: Int
    /// Of user and system together, since it started.
    public let cpuSeconds: Double
    public let openFiles: Int
    public let startedAt: Timestamp

    public init(residentBytes: Int, cpuSeconds: Double, openFiles: Int, startedAt: Timestamp) {
        self.residentBytes = residentBytes
        self.cpuSeconds = cpuSeconds
        self.openFiles = openFiles
        self.startedAt = startedAt
    }
}
