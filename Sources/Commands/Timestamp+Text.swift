import ClusterModel
import Foundation

extension Timestamp {
    /// RFC 3339 with milliseconds, in UTC.
    var iso8601: String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// How long ago this was: `0.4 s ago`, `5 min ago`.
    func age(at now: Timestamp) -> String { duration(until: now) + " ago" }

    /// The time until then: `0.4 s`, `12 s`, `5 min`, `3 h`, `2 d`.
    func duration(until now: Timestamp) -> String {
        let seconds = max(0, now.seconds(since: self))
        return switch seconds {
        case ..<10: durationText(seconds)
        case ..<120: "\(Int(seconds)) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86400)) d"
        }
    }
}

/// Seconds with one decimal.
func durationText(_ seconds: Double) -> String {
    "\(Int(seconds)).\(Int((seconds * 10).rounded(.down)) % 10) s"
}
