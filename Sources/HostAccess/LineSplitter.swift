/// Cuts what a program writes into lines, in bounded memory.
public struct LineSplitter: Sendable {
    /// How many bytes a line may have. Of a longer one nothing is kept.
    public let limit: Int
    private var line: [UInt8] = []
    private var isTooLong = false

    public init(limit: Int) { self.limit = limit }

    public enum Line: Hashable, Sendable {
        case whole([UInt8])
        case tooLong
    }

    /// The lines that end in these bytes, without their ends; empty ones are left out.
    public mutating func lines(in bytes: [UInt8]) -> [Line] {
        var found: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            add(rest[..<end])
            rest = rest[(end + 1)...]
            if isTooLong { found.append(.tooLong) } else if !line.isEmpty { found.append(.whole(line)) }
            (line, isTooLong) = ([], false)
        }
        add(rest)
        return found
    }

    /// Whether the program ended in the middle of a line.
    public var isCut: Bool { isTooLong || !line.isEmpty }

    private mutating func add(_ part: ArraySlice<UInt8>) {
        guard !isTooLong, line.count + part.count <= limit else {
            (line, isTooLong) = ([], true)
            return
        }
        line += part
    }
}
