import ClusterModel
import Glibc

/// The clock of this machine. Pure code is given its readings.
public enum SystemClock {
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// How long ago the process was started.
    public static func age(of process: SeenProcess) -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        let ticks = Double(process.startTime) / Double(sysconf(Int32(_SC_CLK_TCK)))
        return .seconds(max(0, Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 - ticks))
    }

    /// How long ago this system was booted: its own first process, also in a container. Nil where that can't be told.
    public static func uptime() -> Duration? { SeenProcess(pid: 1).map(age(of:)) }
}
