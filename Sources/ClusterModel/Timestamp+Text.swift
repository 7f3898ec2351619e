/// RFC 3339 in UTC with milliseconds, as every JSON of Warren writes a time: `2026-11-22T21:03:07.250Z`.
extension Timestamp {
    public var iso8601: String {
        let (day, rest) = Self.floored(milliseconds, by: 86_400_000)
        let date = Self.civil(day: day)
        let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60)
        return "\(Self.padded(date.year, to: 4))-\(Self.padded(date.month, to: 2))-\(Self.padded(date.day, to: 2))"
            + "T\(Self.padded(hour, to: 2)):\(Self.padded(minute, to: 2)):\(Self.padded(rest / 1000 % 60, to: 2))"
            + ".\(Self.padded(rest % 1000, to: 3))Z"
    }

    /// `2026-11-22 21:03`, in UTC.
    public var minuteText: String { String(iso8601.prefix(16)).replacing("T", with: " ") }

    /// Reads what `iso8601` writes, with or without a fraction; nil for anything else, another time zone included.
    public init?(iso8601 text: String) {
        guard let parts = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?\d*Z/)?.output,
            let year = Int64(parts.1), let month = Int64(parts.2), let day = Int64(parts.3),
            let hour = Int64(parts.4), let minute = Int64(parts.5), let second = Int64(parts.6),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let digits = parts.7.map { String($0) + String(repeating: "0", count: 3 - $0.count) } ?? "0"
        let days = Self.day(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        self.init(milliseconds: seconds * 1000 + (Int64(digits) ?? 0))
    }

    /// The quotient rounded down, and the remainder, which is never negative.
    private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let remainder = ((value % divisor) + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    /// The date of a day counted from 1970-01-01. A year is taken to begin in March, so that the leap day is its last;
    /// 400 such years have 146,097 days.
    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floored(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = floored(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
