/// A set of hosts, by their place in the manifest.
public struct HostSet: Hashable, Sendable, Sequence, ExpressibleByArrayLiteral {
    var bits: UInt8

    init(bits: UInt8) { self.bits = bits }
    public init(arrayLiteral places: Int...) {
        bits = places.reduce(0) { $0 | 1 << UInt8($1) }
    }
    /// The first `count` hosts.
    static func first(_ count: Int) -> HostSet { HostSet(bits: (1 << UInt8(count)) - 1) }

    var count: Int { bits.nonzeroBitCount }
    var isEmpty: Bool { bits == 0 }
    var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

    func contains(_ place: Int) -> Bool { bits & 1 << UInt8(place) != 0 }
    func isSubset(of other: HostSet) -> Bool { bits & ~other.bits == 0 }
    /// Whether these are more than half of `all`.
    func isMajority(of all: HostSet) -> Bool { (bits & all.bits).nonzeroBitCount * 2 > all.count }

    static func + (set: HostSet, place: Int) -> HostSet { HostSet(bits: set.bits | 1 << UInt8(place)) }
    static func - (set: HostSet, place: Int) -> HostSet { HostSet(bits: set.bits & ~(1 << UInt8(place))) }
    static func & (left: HostSet, right: HostSet) -> HostSet { HostSet(bits: left.bits & right.bits) }
    static func | (left: HostSet, right: HostSet) -> HostSet { HostSet(bits: left.bits | right.bits) }
    static func - (left: HostSet, right: HostSet) -> HostSet { HostSet(bits: left.bits & ~right.bits) }

    public func makeIterator() -> Iterator { Iterator(bits: bits) }

    public struct Iterator: IteratorProtocol {
        var bits: UInt8
        public mutating func next() -> Int? {
            guard bits != 0 else { return nil }
            defer { bits &= bits - 1 }
            return bits.trailingZeroBitCount
        }
    }
}

/// One value for each of up to three hosts, held in place: millions of worlds are kept.
struct Trio<Value: Hashable & Sendable>: Hashable, Sendable {
    private var first: Value
    private var second: Value
    private var third: Value

    init(_ value: Value) { (first, second, third) = (value, value, value) }

    subscript(place: Int) -> Value {
        get {
            switch place {
            case 0: first
            case 1: second
            default: third
            }
        }
        set {
            switch place {
            case 0: first = newValue
            case 1: second = newValue
            default: third = newValue
            }
        }
    }
}
