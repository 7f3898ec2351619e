import ClusterModel
import Foundation

extension Timestamp {
    /// RFC 3339 with milliseconds, in UTC.
    var iso8601: String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// How long ago this was: `0.4 s`, `12 s`, `5 min`, `3 h`, `2 d`.
    func age(at now: Timestamp) -> String {
        let seconds = max(0, now.seconds(since: self))
        return switch seconds {
        case ..<10: "\(durationText(seconds)) ago"
        case ..<120: "\(Int(seconds)) s ago"
        case ..<7200: "\(Int(seconds / 60)) min ago"
        case ..<172_800: "\(Int(seconds / 3600)) h ago"
        default: "\(Int(seconds / 86400)) d ago"
        }
    }
}

/// Seconds with one decimal.
func durationText(_ seconds: Double) -> String {
    "\(Int(seconds)).\(Int((seconds * 10).rounded(.down)) % 10) s"
}
