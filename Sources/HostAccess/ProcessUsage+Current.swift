import ClusterModel
import Glibc

extension ProcessUsage {
    /// Of this process, from /proc; nil where that can't be read.
    public static func current() -> ProcessUsage? {
        guard let statm = text("/proc/self/statm"), let stat = text("/proc/self/stat"),
            let pages = statm.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            // The program's name is in parentheses and may hold blanks.
            let fields = stat.lastIndex(of: ")").map({ stat[$0...].split(separator: " ").dropFirst().map(String.init) }
            ),
            fields.count > 19, let user = Double(fields[11]), let system = Double(fields[12]),
            let started = Double(fields[19]),
            let uptime = text("/proc/uptime").flatMap({ Double($0.prefix { $0 != " " }) })
        else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let age = Int64((uptime - started / ticks) * 1000)
        return ProcessUsage(
            residentBytes: pages * sysconf(Int32(_SC_PAGESIZE)), cpuSeconds: (user + system) / ticks,
            openFiles: (try? Directory.names("/proc/self/fd").count) ?? 0,
            startedAt: Timestamp(milliseconds: SystemClock.now().milliseconds - age))
    }

    private static func text(_ path: String) -> String? {
        (try? FileContent.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
