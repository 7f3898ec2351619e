import ClusterModel

/// What is wrong with bytes that were to be JSON. It never quotes them, as they may hold secrets.
public enum JSONFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    case truncated
    case malformed(line: Int, column: Int)

    public var description: String {
        switch self {
        case .empty: "there is nothing where JSON was expected"
        case .truncated: "the JSON ends in the middle"
        case .malformed(let line, let column): "it is not JSON from line \(line), column \(column) on"
        }
    }
}

extension JSONValue {
    /// Reads one JSON value that takes up all of `bytes`. Of a key that is there twice the last one counts; bytes
    /// that are not UTF-8 become U+FFFD; an integer beyond 64 bits is the nearest floating-point number.
    ///
    /// The system's decoder is not used, as it says neither where a text breaks nor that it was cut off.
    public init(parsing bytes: [UInt8]) throws(JSONFailure) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private static let depthLimit = 200
    private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]

    mutating func document() throws(JSONFailure) -> JSONValue {
        skipBlanks()
        guard position < bytes.count else { throw .empty }
        let value = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw failure() }
        return value
    }

    private mutating func value(depth: Int) throws(JSONFailure) -> JSONValue {
        guard depth < Self.depthLimit else { throw failure() }
        skipBlanks()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONFailure) -> JSONValue {
        var members: [String: JSONValue] = [:]
        position += 1
        skipBlanks()
        if try skip("}") { return .object(members) }
        while true {
            skipBlanks()
            guard try peek() == UInt8(ascii: "\"") else { throw failure() }
            let name = try string()
            skipBlanks()
            guard try skip(":") else { throw failure() }
            members[name] = try value(depth: depth + 1)
            skipBlanks()
            if try skip("}") { return .object(members) }
            guard try skip(",") else { throw failure() }
        }
    }

    private mutating func array(depth: Int) throws(JSONFailure) -> JSONValue {
        var elements: [JSONValue] = []
        position += 1
        skipBlanks()
        if try skip("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipBlanks()
            if try skip("]") { return .array(elements) }
            guard try skip(",") else { throw failure() }
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONFailure) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard try peek() == (text.utf8Start + index).pointee else { throw failure() }
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONFailure) -> JSONValue {
        let start = position
        while position < bytes.count, "+-.0123456789eE".utf8.contains(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
        let hasLeadingZero = digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true
        let isPlain = digits.first?.isNumber == true && !hasLeadingZero
        if isPlain, let integer = Int(text) { return .integer(integer) }
        if isPlain, digits.last != ".", let number = Double(text), number.isFinite { return .number(number) }
        if position == bytes.count, position > start { throw .truncated }
        position = start
        throw failure()
    }

    private mutating func string() throws(JSONFailure) -> String {
        position += 1
        var content: [UInt8] = []
        while true {
            let start = position
            while position < bytes.count, bytes[position] >= 0x20, bytes[position] != 0x22, bytes[position] != 0x5C {
                position += 1
            }
            content += bytes[start..<position]
            switch try peek() {
            case 0x22:
                position += 1
                return String(decoding: content, as: UTF8.self)
            case 0x5C:
                position += 1
                content += try escape()
            default:
                throw failure()
            }
        }
    }

    /// What follows a backslash, as UTF-8.
    private mutating func escape() throws(JSONFailure) -> [UInt8] {
        let kind = try peek()
        position += 1
        switch kind {
        case 0x22, 0x5C, UInt8(ascii: "/"): return [kind]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [try hex()]
            if (0xD800..<0xDC00).contains(units[0]), bytes[position...].starts(with: [0x5C, UInt8(ascii: "u")]) {
                position += 2
                units.append(try hex())
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        default:
            position -= 1
            throw failure()
        }
    }

    private mutating func hex() throws(JSONFailure) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(try peek())).hexDigitValue else { throw failure() }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func skipBlanks() {
        while position < bytes.count, Self.blanks.contains(bytes[position]) { position += 1 }
    }

    private func peek() throws(JSONFailure) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        return bytes[position]
    }

    private mutating func skip(_ character: Unicode.Scalar) throws(JSONFailure) -> Bool {
        guard try peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func failure() -> JSONFailure {
        let before = bytes[..<position]
        let line = before.count { $0 == 0x0A } + 1
        let column = position - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return .malformed(line: line, column: column)
    }
}
