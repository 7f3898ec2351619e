import Glibc

/// A process that was seen running. Its number alone does not name it: numbers are used again.
public struct SeenProcess: Sendable, Hashable {
    public let pid: Int32
    /// Clock ticks between the boot of the machine and the start of the process.
    public let startTime: UInt64

    public init(pid: Int32, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }

    /// The process with this number, or nil where there is none that still runs.
    public init?(pid: Int32) {
        guard let entry = ProcessTable.entry(pid), entry.isRunning else { return nil }
        self = entry.process
    }

    /// Whether exactly this process still runs. One that has ended and was not yet collected does not.
    public var isRunning: Bool {
        guard let entry = ProcessTable.entry(pid) else { return false }
        return entry.process == self && entry.isRunning
    }

    /// Sends the signal if exactly this process still runs; says whether it did.
    @discardableResult
    public func signal(_ number: Int32) -> Bool { isRunning && kill(pid, number) == 0 }

    /// Collects the process if it has ended and was a child of this one, so that it leaves no entry behind.
    public func collect() { _ = waitpid(pid, nil, WNOHANG) }
}

/// The processes of this machine, as `/proc` tells.
public enum ProcessTable {
    public struct Entry: Sendable {
        public let process: SeenProcess
        public let parent: Int32
        public let session: Int32
        public let isRunning: Bool
    }

    /// Everything that runs at this moment.
    public static func entries() -> [Entry] {
        let names = (try? Directory.names("/proc")) ?? []
        return names.compactMap { Int32($0).flatMap(entry) }.filter(\.isRunning)
    }

    /// All that `pid` started and that still runs: its descendants, and whatever shares its session.
    public static func tree(of pid: Int32) -> Set<SeenProcess> {
        let all = entries()
        var members: Set<Int32> = [pid]
        var grown = true
        while grown {
            grown = false
            for entry in all where members.contains(entry.parent) || entry.session == pid {
                if members.insert(entry.process.pid).inserted { grown = true }
            }
        }
        return Set(all.filter { members.contains($0.process.pid) }.map(\.process))
    }

    /// What `pid` itself started and that still runs.
    public static func children(of pid: Int32) -> [SeenProcess] {
        entries().filter { $0.parent == pid }.map(\.process)
    }

    /// Whether this process is the first of its machine or container: with it, all others end.
    public static var isFirst: Bool { getpid() == 1 }

    /// Children of this process that have ended and that nobody collected yet.
    public static func endedChildren() -> Set<SeenProcess> {
        let names = (try? Directory.names("/proc")) ?? []
        let all = names.compactMap { Int32($0).flatMap(entry) }
        return Set(all.filter { !$0.isRunning && $0.parent == getpid() }.map(\.process))
    }

    /// Whether the process is the first one of a process namespace other than this one: the init of a container.
    public static func isInit(_ pid: Int32) -> Bool {
        guard let bytes = try? FileContent.read("/proc/\(pid)/status", limit: 65536) else { return false }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("NSpid:") }
        let numbers = line?.dropFirst(6).split(whereSeparator: \.isWhitespace) ?? []
        return numbers.count > 1 && numbers.last == "1"
    }

    /// Whether the process was stopped by a signal.
    public static func isStopped(_ pid: Int32) -> Bool {
        guard let bytes = try? FileContent.read("/proc/\(pid)/stat", limit: 4096) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return false }
        return ["T", "t"].contains(text[text.index(after: close)...].split(separator: " ").first)
    }

    /// The processor time that the kernel counted for it, in clock ticks; nil where there is no such process.
    public static func work(of pid: Int32) -> UInt64? {
        guard let bytes = try? FileContent.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return nil }
        // After the name: the state is field 3 of proc(5), the times are fields 14 and 15.
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return nil }
        return user + system
    }

    static func entry(_ pid: Int32) -> Entry? {
        guard let bytes = try? FileContent.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // The second field is the name in parentheses, and may hold blanks and parentheses itself.
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let session = Int32(fields[3]),
            let start = UInt64(fields[19])
        else { return nil }
        return Entry(
            process: SeenProcess(pid: pid, startTime: start), parent: parent, session: session,
            isRunning: fields[0] != "Z" && fields[0] != "X")
    }
}
