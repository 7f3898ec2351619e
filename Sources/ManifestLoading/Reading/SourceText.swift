import ClusterModel

/// The characters of a file, once it is known that all of them may stand in a manifest.
struct SourceText {
    /// Without a byte-order mark.
    let bytes: ArraySlice<UInt8>
    /// The characters of the private use area that occur, so that others of it can stand for something else.
    let privateScalars: Set<UInt32>
    let hasStar: Bool
    /// Where the text ends.
    let end: (line: Int, column: Int)

    /// The text of `file`, or the one problem that keeps it from being text.
    static func read(_ file: SourceFile) -> Result<SourceText, Refusal> {
        let bytes = file.bytes
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return .failure(Refusal(file, "the file is UTF-16; save it as UTF-8"))
        }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var scan = Scan(bytes: bytes, offset: start)
        while scan.offset < bytes.count {
            if let problem = scan.step() { return .failure(Refusal(scan.position(in: file), problem)) }
        }
        return .success(
            SourceText(
                bytes: bytes[start...], privateScalars: scan.privateScalars, hasStar: scan.hasStar,
                end: (scan.line, scan.column)))
    }

    struct Refusal: Error {
        let diagnostic: Diagnostic

        init(_ position: SourcePosition, _ message: String) { diagnostic = Diagnostic(.error, at: position, message) }
        init(_ file: SourceFile, _ message: String) {
            self.init(SourcePosition(file: file.path, line: 1, column: 1), message)
        }
    }
}

/// Goes through UTF-8 one character at a time and counts lines and columns as libyaml does.
private struct Scan {
    let bytes: [UInt8]
    var offset: Int
    var line = 1
    var column = 1
    var privateScalars: Set<UInt32> = []
    var hasStar = false

    init(bytes: [UInt8], offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    func position(in file: SourceFile) -> SourcePosition {
        SourcePosition(file: file.path, line: line, column: column)
    }

    /// Moves over one character; what is wrong with it, if anything.
    mutating func step() -> String? {
        let first = bytes[offset]
        if first < 0x80 { return stepASCII(first) }
        guard let (scalar, length) = decode(first) else {
            return "byte \(offset) is not valid UTF-8 (0x\(String(first, radix: 16))); save the file as UTF-8"
        }
        if scalar == 0xFEFF { return "a byte-order mark may stand only at the start of a file; delete it here" }
        if (0x80..<0xA0).contains(scalar) && scalar != 0x85 || scalar == 0xFFFE || scalar == 0xFFFF {
            return Self.refusal(of: scalar)
        }
        if (0xE000...0xF8FF).contains(scalar) { privateScalars.insert(scalar) }
        offset += length
        if scalar == 0x85 || scalar == 0x2028 || scalar == 0x2029 { newLine() } else { column += 1 }
        return nil
    }

    private mutating func stepASCII(_ byte: UInt8) -> String? {
        switch byte {
        case 0x0A: newLine()
        case 0x0D:
            if offset + 1 < bytes.count, bytes[offset + 1] == 0x0A { offset += 1 }
            newLine()
        case 0x09: column += 1
        case 0x00..<0x20, 0x7F: return Self.refusal(of: UInt32(byte))
        default:
            if byte == UInt8(ascii: "*") { hasStar = true }
            if byte == UInt8(ascii: "\""), escapesByteOrderMark { return Self.shortened }
            column += 1
        }
        offset += 1
        return nil
    }

    /// Yams would drop it without a word.
    private static let shortened = "a text can't begin with a byte-order mark; write it without"

    private var escapesByteOrderMark: Bool {
        guard offset + 6 < bytes.count, bytes[offset + 1] == UInt8(ascii: "\\") else { return false }
        let escape = String(decoding: bytes[(offset + 2)..<min(offset + 11, bytes.count)], as: UTF8.self)
        return escape.hasPrefix("u") && escape.dropFirst().lowercased().hasPrefix("feff")
            || escape.hasPrefix("U") && escape.dropFirst().lowercased() == "0000feff"
    }

    private static func refusal(of scalar: UInt32) -> String {
        let hex = String(scalar, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        return "the control character U+\(code) can't stand in YAML; delete it, or write "
            + "it as an escape in double quotes"
    }

    private mutating func newLine() {
        line += 1
        column = 1
    }

    /// The scalar that starts with `first` and its length in bytes; nil where this is no UTF-8.
    private func decode(_ first: UInt8) -> (UInt32, Int)? {
        let (length, bits, least): (Int, UInt32, UInt32)
        switch first {
        case 0xC2...0xDF: (length, bits, least) = (2, UInt32(first & 0x1F), 0x80)
        case 0xE0...0xEF: (length, bits, least) = (3, UInt32(first & 0x0F), 0x800)
        case 0xF0...0xF4: (length, bits, least) = (4, UInt32(first & 0x07), 0x10000)
        default: return nil
        }
        guard offset + length <= bytes.count else { return nil }
        var scalar = bits
        for index in (offset + 1)..<(offset + length) {
            guard bytes[index] & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
        }
        guard scalar >= least, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
        return (scalar, length)
    }
}
