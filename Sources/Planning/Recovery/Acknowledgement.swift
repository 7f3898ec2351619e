import ClusterModel

/// A person's word that a recovery may do dangerous things: it names the host, the verbs and the reason, and runs out
/// (safety rule 8).
public struct Acknowledgement: Hashable, Sendable {
    public let host: String
    public let verbs: [String]
    public let reason: String

    public init(host: String, verbs: [String], reason: String) {
        self.host = host
        self.verbs = verbs
        self.reason = reason
    }

    /// Reads `mq1 forget_cluster_node,force_boot: the disk of mq2 is lost`.
    ///
    /// - Returns: nil for a text of another form, or without a reason.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let words = text[..<colon].split(separator: " ")
        let reason = text[text.index(after: colon)...].trimmingSpaces
        guard words.count == 2, (1...1000).contains(reason.utf8.count) else { return nil }
        self.init(
            host: String(words[0]),
            verbs: words[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init), reason: reason)
    }

    /// What a person writes to acknowledge a plan, with a reason of their own.
    public static func form(host: String, plan: RecoveryPlan) -> String {
        "\(host) \(plan.verbs.joined(separator: ",")): WHY"
    }

    /// Why it is no word for this plan on this host; nil where it is one.
    public func refusal(of plan: RecoveryPlan, on host: String) -> String? {
        guard self.host == host else { return "it is for \(self.host), and this host is \(host)" }
        guard Set(verbs) == Set(plan.verbs) else {
            return "it is for \(verbs.joined(separator: ", ")), and the plan needs "
                + plan.verbs.joined(separator: ", ")
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        let inner = drop { $0.isWhitespace }
        return String(inner.reversed().drop { $0.isWhitespace }.reversed())
    }
}
