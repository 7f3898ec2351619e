import ClusterModel

/// The time that a report which is written as a file is about. Days and weeks are those of UTC; a week begins on Monday.
public struct ReportPeriod: Hashable, Sendable {
    public let from: Timestamp
    public let until: Timestamp

    private static let day: Int64 = 86_400_000
    /// 1970-01-01 was a Thursday.
    private static let firstMonday: Int64 = -3 * day

    /// What is to be told now; nil where that was told already. What was missed since the last report is told in one.
    ///
    /// - Parameter last: until when the last report told; nil where there was none.
    public static func due(_ every: ReportSettings.Period, last: Timestamp?, now: Timestamp) -> ReportPeriod? {
        let length = every == .daily ? day : 7 * day
        let sinceMonday = now.milliseconds - firstMonday
        let remainder = ((sinceMonday % length) + length) % length
        let until = now.milliseconds - remainder
        // A report of the future was written while the clock was wrong.
        guard let last, last <= now else { return ReportPeriod(until - length, until) }
        return last.milliseconds < until ? ReportPeriod(last.milliseconds, until) : nil
    }

    private init(_ from: Int64, _ until: Int64) {
        self.from = Timestamp(milliseconds: from)
        self.until = Timestamp(milliseconds: until)
    }

    /// `drift-2026-11-22.html`, or `drift-2026-11-16-to-2026-11-22.html` of several days.
    public func fileName(_ format: ReportSettings.Format) -> String {
        let (first, last) = (from.dayText, Timestamp(milliseconds: until.milliseconds - 1).dayText)
        return "drift-\(first)\(first == last ? "" : "-to-\(last)").\(format.ending)"
    }

    /// Of the files in a folder, those reports that are older than the newest ones that are kept. Files of others, and
    /// of another format, are none.
    public static func outdated(_ names: [String], _ settings: ReportSettings) -> [String] {
        let own = names.filter { name in
            guard let match = name.wholeMatch(of: /drift-\d{4}-\d\d-\d\d(?:-to-\d{4}-\d\d-\d\d)?\.(\w+)/) else {
                return false
            }
            return match.1 == settings.format.ending
        }
        return Array(own.sorted { $0.precedes($1) }.dropLast(settings.keep))
    }
}

extension Timestamp {
    /// `2026-11-22`, in UTC.
    fileprivate var dayText: String { String(iso8601.prefix(10)) }
}
