import ClusterModel

extension Timestamp {
    /// How long ago this was: `0.4 s ago`, `5 min ago`.
    public func age(at now: Timestamp) -> String { duration(until: now) + " ago" }

    /// The time until then: `0.4 s`, `12 s`, `5 min`, `3 h`, `2 d`.
    public func duration(until now: Timestamp) -> String {
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
public func durationText(_ seconds: Double) -> String {
    "\(Int(seconds)).\(Int((seconds * 10).rounded(.down)) % 10) s"
}

/// `1 policy`, `2 policies`.
public func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? singular : plural ?? singular + "s")"
}

/// `1,353`.
public func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return number < 0 ? "-" + text : text
}
