import ClusterModel

/// What systemd says about one unit at one moment.
public struct UnitState: Sendable, Hashable {
    /// Whether systemd could read the unit's file.
    public enum Load: String, Sendable {
        case loaded, masked, error, merged, stub
        case notFound = "not-found"
        case badSetting = "bad-setting"
    }

    /// Whether the unit runs, in the words that all kinds of units share.
    public enum Activity: String, Sendable {
        case active, reloading, inactive, failed, activating, deactivating, maintenance, refreshing
    }

    /// The unit's own name, where it was asked for by another one.
    public let id: String
    public let load: Load
    public let activity: Activity
    /// The finer state of this kind of unit: `running`, `dead`, `auto-restart`, `start-pre`, …
    public let subState: String
    /// The process that is the service; nil where none runs.
    public let mainPID: Int32?
    /// How the last run ended: `success`, `exit-code`, `signal`, `watchdog`, `start-limit-hit`, …
    public let result: String
    /// The exit code or the signal that ended the last main process.
    public let mainStatus: Int
    /// How often systemd itself started the service again.
    public let restarts: Int
    /// `enabled`, `disabled`, `static`, `masked`, … as `systemctl is-enabled` says; empty where there is no file.
    public let enablement: String
    /// When the unit was last started; nil where it was not since the boot.
    public let activeSince: Timestamp?
    /// The same on the clock that nobody sets, in microseconds since the boot; it names this start.
    public let activeSinceMonotonic: UInt64?
    /// What the service says about itself.
    public let statusText: String
    /// The files that extend the unit's own.
    public let dropIns: [String]
    /// Whether the unit's files changed since systemd read them.
    public let needsReload: Bool

    /// Whether the service does its work.
    public var isRunning: Bool { activity == .active || activity == .reloading || activity == .refreshing }

    /// Whether Warren decides about its starts, by the start gate.
    public var isGated: Bool { dropIns.contains { $0.hasSuffix("/" + StartGate.dropIn) } }

    /// The properties that `systemctl show` is asked for.
    static let properties = [
        "Id", "LoadState", "ActiveState", "SubState", "MainPID", "Result", "ExecMainStatus", "NRestarts",
        "UnitFileState", "ActiveEnterTimestamp", "ActiveEnterTimestampMonotonic", "StatusText", "DropInPaths",
        "NeedDaemonReload",
    ]

    /// One unit's lines of `systemctl show --timestamp=unix`, or nil where they do not say what matters.
    init?(lines: [Substring]) {
        var values: [Substring: Substring] = [:]
        for line in lines {
            guard let sign = line.firstIndex(of: "=") else { continue }
            values[line[..<sign]] = line[line.index(after: sign)...]
        }
        func text(_ name: Substring) -> String { values[name].map(String.init) ?? "" }
        func number<Value: FixedWidthInteger>(_ name: Substring) -> Value? {
            values[name].flatMap { Value($0) }.flatMap { $0 > 0 ? $0 : nil }
        }
        guard let load = Load(rawValue: text("LoadState")), let activity = Activity(rawValue: text("ActiveState")),
            !text("Id").isEmpty
        else { return nil }
        id = text("Id")
        self.load = load
        self.activity = activity
        subState = text("SubState")
        mainPID = number("MainPID")
        result = text("Result")
        mainStatus = number("ExecMainStatus") ?? 0
        restarts = number("NRestarts") ?? 0
        enablement = text("UnitFileState")
        activeSinceMonotonic = number("ActiveEnterTimestampMonotonic")
        let seconds = text("ActiveEnterTimestamp")
        let sinceEpoch = seconds.hasPrefix("@") ? Int64(seconds.dropFirst()) : nil
        activeSince = sinceEpoch.map { Timestamp(milliseconds: $0 * 1000) }
        statusText = text("StatusText")
        dropIns = text("DropInPaths").split(separator: " ").map(String.init)
        needsReload = text("NeedDaemonReload") == "yes"
    }
}
