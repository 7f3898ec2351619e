import ClusterModel

/// The grammars of names and addresses that end up in files of other programs.
enum Grammar {
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }

    static func consists(_ text: some StringProtocol, of others: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || others.utf8.contains($0) }
    }

    static func isHostName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy {
                consists($0, of: "-") && $0.utf8.count <= 63 && !$0.hasPrefix("-") && !$0.hasSuffix("-")
            }
    }

    /// Names of proxies that a listener must not have: HAProxy's own, which its runtime API answers for, and the page's.
    static let haproxyNames: Set<String> = ["global", "master", "warren-stats"]

    static func isPlainName(_ text: String) -> Bool { consists(text, of: "-_.") }
    static func isInterface(_ text: String) -> Bool { consists(text, of: "-_.") && text != "." && text != ".." }
    static func isURLPath(_ text: String) -> Bool { text.hasPrefix("/") && consists(text, of: "/-_.~%") }

    static func isAddress(_ text: String) -> Bool { IPAddress(text) != nil }
    static func isNetworkAddress(_ text: String) -> Bool { NetworkAddress(text) != nil }

    /// A key of rabbitmq.conf: words between dots, as its parser has them.
    static func isConfigKey(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { consists($0, of: "_-") }
    }

    static func isEnvironmentName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first) else { return false }
        return text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
