/// A text in which some characters are replaced by others that occur nowhere in it, one for one, so that every line
/// and column stays as it is.
///
/// It keeps two things from Yams that Yams would not do well: it expands aliases before anybody can count them, and
/// it stops at the first key that is written twice. With `*name` disguised, an alias comes out as an ordinary scalar;
/// with the first letter of a key disguised, the second one is none of its business.
struct Disguise {
    private(set) var bytes: [UInt8]
    private var free: [UInt32]
    private var originals: [UInt32: UInt32] = [:]
    private let star: UInt32

    /// Disguises every `*` that may start an alias.
    init(_ text: SourceText) {
        let candidates = (0xE000...0xF8FF as ClosedRange<UInt32>).lazy.filter { !text.privateScalars.contains($0) }
        free = Array(candidates.prefix(65).reversed())
        star = free.popLast() ?? 0xE000
        guard text.hasStar else {
            bytes = Array(text.bytes)
            return
        }
        originals[star] = UInt32(UInt8(ascii: "*"))
        let replacement = Array(Self.utf8(star))
        bytes = []
        bytes.reserveCapacity(text.bytes.count + 64)
        for index in text.bytes.indices {
            let byte = text.bytes[index]
            let next = index + 1 < text.bytes.endIndex ? text.bytes[index + 1] : 0
            if byte == UInt8(ascii: "*"), Self.isNameByte(next) {
                bytes += replacement
            } else {
                bytes.append(byte)
            }
        }
    }

    /// The text as Yams is to see it. Yams keeps a pointer into it, which holds only for texts that Swift does not
    /// keep inline; hence the line breaks at the end.
    var text: String { String(decoding: bytes, as: UTF8.self) + String(repeating: "\n", count: 16) }

    /// What stands in the file where Yams read `text`.
    func reveal(_ text: String) -> String {
        guard !originals.isEmpty, text.utf8.contains(where: { $0 == 0xEE || $0 == 0xEF }) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            let original = originals[scalar.value].flatMap(Unicode.Scalar.init) ?? scalar
            result.unicodeScalars.append(original)
        }
    }

    /// The name of the alias that a plain scalar is, with all that follows it.
    func aliasName(_ plain: String) -> String? {
        guard originals[star] != nil, plain.unicodeScalars.first?.value == star else { return nil }
        return reveal(String(plain.unicodeScalars.dropFirst()))
    }

    /// Replaces the first letter of the key at a place; false where that can't be done.
    mutating func hideKey(line: Int, column: Int) -> Bool {
        guard let replacement = free.popLast(), var offset = offset(line: line, column: column) else { return false }
        if bytes[offset] == UInt8(ascii: "\"") || bytes[offset] == UInt8(ascii: "'") { offset += 1 }
        let length = Self.length(of: bytes[offset])
        guard offset + length < bytes.count, !"\"'\\&!?[{".utf8.contains(bytes[offset]),
            let scalar = String(decoding: bytes[offset..<offset + length], as: UTF8.self).unicodeScalars.first
        else { return false }
        originals[replacement] = originals[scalar.value] ?? scalar.value
        bytes.replaceSubrange(offset..<offset + length, with: Self.utf8(replacement))
        return true
    }

    private func offset(line: Int, column: Int) -> Int? {
        var (offset, currentLine, currentColumn) = (0, 1, 1)
        while offset < bytes.count {
            if currentLine == line, currentColumn == column { return offset }
            let length = Self.length(of: bytes[offset])
            if isBreak(at: offset, length) {
                if bytes[offset] == 0x0D, offset + 1 < bytes.count, bytes[offset + 1] == 0x0A { offset += 1 }
                (currentLine, currentColumn) = (currentLine + 1, 1)
            } else {
                currentColumn += 1
            }
            offset += length
        }
        return nil
    }

    private func isBreak(at offset: Int, _ length: Int) -> Bool {
        switch length {
        case 1: bytes[offset] == 0x0A || bytes[offset] == 0x0D
        case 2: bytes[offset] == 0xC2 && bytes[offset + 1] == 0x85
        case 3: bytes[offset] == 0xE2 && bytes[offset + 1] == 0x80 && (0xA8...0xA9).contains(bytes[offset + 2])
        default: false
        }
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func length(of first: UInt8) -> Int { first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }

    /// Three bytes: all of the private use area has that length.
    private static func utf8(_ scalar: UInt32) -> [UInt8] {
        [0xE0 | UInt8(scalar >> 12), 0x80 | UInt8(scalar >> 6 & 0x3F), 0x80 | UInt8(scalar & 0x3F)]
    }
}
