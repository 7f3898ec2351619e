import Glibc

/// A file that names a process which outlives this one. It names it by number, start time and boot of the machine,
/// so that another process that later gets the same number is never taken for it.
public struct ProcessRecord: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public func write(_ process: SeenProcess) throws(FileFailure) {
        try AtomicFile.write(Array((process.lastingName + "\n").utf8), to: path, mode: 0o644)
    }

    /// The recorded process where it still runs, nil otherwise.
    public func running() -> SeenProcess? {
        guard let bytes = try? FileContent.read(path, limit: 4096) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard parts.count == 3, parts[2] == Self.boot, let pid = Int32(parts[0]), let start = UInt64(parts[1])
        else { return nil }
        let process = SeenProcess(pid: pid, startTime: start)
        return process.isRunning ? process : nil
    }

    public func remove() { unlink(path) }

    fileprivate static let boot: String = {
        let bytes = (try? FileContent.read("/proc/sys/kernel/random/boot_id", limit: 4096)) ?? []
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }()
}

extension SeenProcess {
    /// Names this process for good: no other one, also after a boot of the machine, ever has this name.
    public var lastingName: String { "\(pid) \(startTime) \(ProcessRecord.boot)" }

    /// Ends this process and all that it started: `signal` first, then SIGKILL for what is left after `grace`.
    /// Says whether the signal was enough.
    @discardableResult
    public func end(signal number: Int32 = SIGTERM, grace: Duration) async -> Bool {
        var tree = ProcessTable.tree(of: pid).union([self])
        signal(number)
        let limit = ContinuousClock.now + grace
        while true {
            collect()
            tree = tree.filter(\.isRunning)
            if tree.isEmpty { return true }
            if ContinuousClock.now >= limit { break }
            await pause(milliseconds: 20)
        }
        for process in tree.union(isRunning ? ProcessTable.tree(of: pid) : []) { process.signal(SIGKILL) }
        while tree.contains(where: \.isRunning) {
            collect()
            await pause(milliseconds: 10)
        }
        return false
    }
}
