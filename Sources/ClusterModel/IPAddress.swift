/// An IPv4 or IPv6 address by its value: two spellings of one address are equal.
public struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes, the most significant first.
    public let bytes: [UInt8]

    public var isIPv6: Bool { bytes.count == 16 }

    /// Four decimal numbers, or eight groups of hexadecimal digits of which one run of zeros may be `::` and the last
    /// two may be IPv4 (RFC 4291, section 2.2). No zone, no leading zeros in IPv4, nothing around it.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Self.ipv4(text) ?? Self.ipv6(text) else { return nil }
        self.bytes = bytes
    }

    /// Whether the first `prefixLength` bits are those of another address of the same family.
    public func shares(_ prefixLength: Int, with other: IPAddress) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        return zip(bytes, other.bytes).enumerated().allSatisfy { index, pair in
            let bits = min(8, max(0, prefixLength - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            return pair.0 & mask == pair.1 & mask
        }
    }

    private static func ipv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { DecimalNumber.read($0, upTo: 255).map { UInt8($0) } }
        return bytes.count == 4 ? bytes : nil
    }

    private static func ipv6(_ text: some StringProtocol) -> [UInt8]? {
        guard text.contains(":") else { return nil }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = groups(halves[0], mayEndInIPv4: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1], mayEndInIPv4: true), head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: some StringProtocol, mayEndInIPv4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if mayEndInIPv4, index == groups.count - 1, let last = ipv4(group) {
                bytes += last
            } else if (1...4).contains(group.utf8.count), group.utf8.allSatisfy(isHexDigit),
                let value = UInt16(group, radix: 16)
            {
                bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
            } else {
                return nil
            }
        }
        return bytes
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
    }
}

/// Decimal numbers without a sign and without leading zeros.
enum DecimalNumber {
    static func read(_ text: some StringProtocol, upTo limit: Int) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != 0x30, let number = Int(text), number <= limit
        else { return nil }
        return number
    }
}

/// An address together with how many of its first bits name its network: `10.77.0.100/24`.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address as it was spelled.
    public let text: String
    public let address: IPAddress
    public let prefixLength: Int

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]),
            let length = DecimalNumber.read(parts[1], upTo: address.isIPv6 ? 128 : 32), length > 0
        else { return nil }
        self.text = String(parts[0])
        self.address = address
        prefixLength = length
    }

    public var description: String { "\(text)/\(prefixLength)" }

    /// Whether another address is in the same network.
    public func contains(_ other: IPAddress) -> Bool { address.shares(prefixLength, with: other) }
}
