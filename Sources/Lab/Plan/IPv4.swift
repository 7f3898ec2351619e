import ClusterModel

/// An IPv4 address, to reckon with.
public struct IPv4Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: UInt32

    public init(number: UInt32) { self.number = number }

    /// Nil for an IPv6 address.
    public init?(_ address: IPAddress) {
        guard !address.isIPv6 else { return nil }
        number = address.bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The address in its usual notation; nil for anything else.
    public init?(_ text: String) {
        guard let address = IPAddress(text) else { return nil }
        self.init(address)
    }

    public var description: String {
        stride(from: 24, through: 0, by: -8).map { String(number >> UInt32($0) & 0xFF) }.joined(separator: ".")
    }

    public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.number < right.number }
}

/// A network of IPv4 addresses: all that share their first bits.
public struct IPv4Network: Hashable, Sendable, CustomStringConvertible {
    /// The network that `member` is in.
    public let first: IPv4Address
    public let prefix: Int

    public init?(of member: IPv4Address, prefix: Int) {
        guard (1...32).contains(prefix) else { return nil }
        self.prefix = prefix
        first = IPv4Address(number: member.number & Self.mask(prefix))
    }

    /// `10.77.0.100/24` is in the network 10.77.0.0/24. Nil for IPv6.
    public init?(of address: NetworkAddress) {
        guard let member = IPv4Address(address.address) else { return nil }
        self.init(of: member, prefix: address.prefixLength)
    }

    /// The network that such a text names a member of.
    public init?(_ text: String) {
        guard let address = NetworkAddress(text) else { return nil }
        self.init(of: address)
    }

    public var last: IPv4Address { IPv4Address(number: first.number | ~Self.mask(prefix)) }
    public var description: String { "\(first)/\(prefix)" }

    /// Whether a host of this network can have the address: its first and its last one stand for all.
    public func hasRoom(for address: IPv4Address) -> Bool { address > first && address < last }

    private static func mask(_ prefix: Int) -> UInt32 { ~UInt32(0) << UInt32(32 - prefix) }
}

extension IPv4Address: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let address = Self(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no address"))
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension IPv4Network: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let network = Self(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no network"))
        }
        self = network
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
