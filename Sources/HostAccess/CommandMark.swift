import Glibc

/// Tells the processes of one program from all others by words that stand side by side in their command lines, such as
/// the path of a configuration file. No file has to name them, so that none can name the wrong ones.
public struct CommandMark: Hashable, Sendable {
    public let words: [String]

    public init(_ words: [String]) { self.words = words }

    /// All that have the mark and still run.
    public func processes() -> [ProcessTable.Entry] {
        ProcessTable.entries().filter(isOn)
    }

    /// The first process of the program, as `DetachedProcess` started it: the one that leads its session. The oldest one
    /// where there are several.
    public func leader() -> SeenProcess? {
        ProcessTable.entries().filter { $0.session == $0.process.pid && isOn($0) }.map(\.process)
            .min { ($0.startTime, $0.pid) < ($1.startTime, $1.pid) }
    }

    /// Ends all that have the mark, with everything that they started: SIGTERM first, SIGKILL after `grace`.
    public func end(grace: Duration) async {
        if let leader = leader() { await leader.end(grace: grace) }
        // Children that outlived their first process.
        for entry in processes() { await entry.process.end(grace: .seconds(1)) }
    }

    /// A command line can be read of every process, whoever it belongs to; `/proc/PID/environ` and the like can not.
    private func isOn(_ entry: ProcessTable.Entry) -> Bool {
        let line = Self.commandLine(of: entry)
        guard !words.isEmpty, line.count >= words.count else { return false }
        return line.indices.contains { line[$0...].starts(with: words) }
    }

    /// A program that is just being replaced by another one has none for a moment. What the kernel itself runs never has
    /// one, and belongs to no session.
    private static func commandLine(of entry: ProcessTable.Entry) -> [String] {
        for _ in 0..<20 {
            guard let bytes = try? FileContent.read("/proc/\(entry.process.pid)/cmdline", limit: 1 << 20) else { break }
            if !bytes.isEmpty {
                let words = bytes.split(separator: 0, omittingEmptySubsequences: false)
                return words.map { String(decoding: $0, as: UTF8.self) }
            }
            guard entry.session != 0, entry.process.isRunning else { break }
            usleep(500)
        }
        return []
    }
}
