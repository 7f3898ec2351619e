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

    static func isPlainName(_ text: String) -> Bool { consists(text, of: "-_.") }
    static func isInterface(_ text: String) -> Bool { consists(text, of: "-_.") && text != "." && text != ".." }
    static func isURLPath(_ text: String) -> Bool { text.hasPrefix("/") && consists(text, of: "/-_.~%") }

    static func isAddress(_ text: String) -> Bool { isIPv4(text) || isIPv6(text) }

    static func isIPv4(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { isNumber($0, upTo: 255) }
    }

    /// Eight groups of hexadecimal digits, one run of zeros as `::`, the last two perhaps as IPv4. No zone.
    static func isIPv6(_ text: String) -> Bool {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, text.contains(":") else { return false }
        var count = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let groups = half.split(separator: ":", omittingEmptySubsequences: false)
            for (position, group) in groups.enumerated() {
                if index == halves.count - 1, position == groups.count - 1, isIPv4(group) {
                    count += 2
                } else if group.utf8.count <= 4, !group.isEmpty, group.allSatisfy(\.isHexDigit),
                    group.utf8.count == group.count
                {
                    count += 1
                } else {
                    return false
                }
            }
        }
        return halves.count == 2 ? count <= 7 : count == 8
    }

    static func isAddressWithPrefix(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        return isIPv4(parts[0]) && isNumber(parts[1], upTo: 32)
            || isIPv6(String(parts[0])) && isNumber(parts[1], upTo: 128)
    }

    private static func isNumber(_ text: some StringProtocol, upTo limit: Int) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != 0x30
        else { return false }
        return Int(text).map { $0 <= limit } ?? false
    }

    /// A key of rabbitmq.conf: words between dots, as its parser has them.
    static func isConfigKey(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { consists($0, of: "_-") }
    }

    static func isEnvironmentName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first) else { return false }
        return text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
