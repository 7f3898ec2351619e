/// Whether a text is a regular expression to PCRE, by which the broker compiles it, byte by byte.
///
/// It is a reader of syntax and errs to one side: what PCRE takes is never refused here, while a few rules that need
/// more than reading (a lookbehind of variable length, the name of a Unicode property) are left to the broker.
struct RegularExpressionSyntax {
    struct Complaint: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    struct Group {
        let isExtended: Bool
        /// The branches that a condition may have.
        var branchesLeft = Int.max
    }

    let bytes: [UInt8]
    var offset = 0
    /// What stands before is something that `*` can repeat.
    var canRepeat = false
    /// White space and comments do not count: `(?x)`.
    var isExtended = false
    var open: [Group] = []
    var groupCount = 0
    var names: Set<String> = []
    var allowsDuplicateNames = false
    var highestReference = 0
    var namedReferences: Set<String> = []

    /// What is wrong with the pattern, and nil where nothing is.
    static func problem(in pattern: String) -> String? {
        if pattern.utf8.allSatisfy(isOrdinary) { return nil }
        var reader = RegularExpressionSyntax(bytes: Array(pattern.utf8))
        do throws(Complaint) {
            try reader.readAll()
            return nil
        } catch {
            return error.message
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// A byte that means itself wherever it stands.
    private static func isOrdinary(_ byte: UInt8) -> Bool {
        byte >= 0x80 || isWord(byte) || "-_/:. ,;=~@%&!^$|".utf8.contains(byte)
    }

    static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte & 0xDF)
    }
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x41...0x46).contains(byte & 0xDF) }

    func peek(_ distance: Int = 0) -> UInt8 { offset + distance < bytes.count ? bytes[offset + distance] : 0 }
    var isAtEnd: Bool { offset >= bytes.count }

    func follows(_ text: String) -> Bool { bytes[min(offset, bytes.count)...].starts(with: text.utf8) }

    mutating func skip(_ text: String) -> Bool {
        guard follows(text) else { return false }
        offset += text.utf8.count
        return true
    }

    /// The bytes up to one, which is skipped too; nil where it does not come.
    mutating func text(upTo end: UInt8) -> String? {
        guard let index = bytes[min(offset, bytes.count)...].firstIndex(of: end) else { return nil }
        defer { offset = index + 1 }
        return String(decoding: bytes[offset..<index], as: UTF8.self)
    }

    mutating func take(while matches: (UInt8) -> Bool) -> String {
        let start = offset
        while !isAtEnd, matches(bytes[offset]) { offset += 1 }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func readAll() throws(Complaint) {
        while !isAtEnd {
            let byte = peek()
            switch byte {
            case UInt8(ascii: "\\"): try readEscape()
            case UInt8(ascii: "["): try readClass()
            case UInt8(ascii: "("): try openGroup()
            case UInt8(ascii: ")"): try closeGroup()
            case UInt8(ascii: "|"): try nextBranch()
            case UInt8(ascii: "^"), UInt8(ascii: "$"):
                offset += 1
                canRepeat = false
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
                offset += 1
                try repeatPrevious(String(UnicodeScalar(byte)))
            case UInt8(ascii: "{"): try readBraces()
            case UInt8(ascii: "#") where isExtended: _ = take { $0 != 0x0A }
            case 0x09...0x0D where isExtended, 0x20 where isExtended: offset += 1
            default:
                offset += 1
                canRepeat = true
            }
        }
        if !open.isEmpty { throw Complaint("a parenthesis is not closed; write ), or \\( for the character") }
        try checkReferences()
    }

    private func checkReferences() throws(Complaint) {
        if highestReference > groupCount {
            throw Complaint("there is no group \(highestReference) to refer to; there are \(groupCount)")
        }
        if let missing = namedReferences.subtracting(names).min() {
            throw Complaint("there is no group named \(missing.quoted)")
        }
    }

    private mutating func nextBranch() throws(Complaint) {
        offset += 1
        canRepeat = false
        guard var group = open.popLast() else { return }
        group.branchesLeft -= 1
        open.append(group)
        if group.branchesLeft < 1 { throw Complaint("a condition has more than two branches") }
    }

    private mutating func closeGroup() throws(Complaint) {
        guard let group = open.popLast() else {
            throw Complaint("a parenthesis is closed that was not opened; write \\) for the character")
        }
        offset += 1
        isExtended = group.isExtended
        canRepeat = true
    }

    private mutating func repeatPrevious(_ quantifier: String) throws(Complaint) {
        guard canRepeat else {
            throw Complaint(
                "there is nothing before \(quantifier) to repeat; write .\(quantifier) for any text, or \\\(quantifier) for the character"
            )
        }
        if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { offset += 1 }
        canRepeat = false
    }

    /// `{2}`, `{2,}` and `{2,3}` repeat; any other brace is a character.
    private mutating func readBraces() throws(Complaint) {
        let start = offset
        offset += 1
        let least = take(while: Self.isDigit)
        var most = least
        if !least.isEmpty, skip(",") { most = take(while: Self.isDigit) }
        guard !least.isEmpty, skip("}") else {
            offset = start + 1
            canRepeat = true
            return
        }
        let bounds = (Int(least) ?? Int.max, most.isEmpty ? nil : Int(most) ?? Int.max)
        if bounds.0 > 65_535 || (bounds.1 ?? 0) > 65_535 { throw Complaint("a repetition is over 65535 times") }
        if let upper = bounds.1, upper < bounds.0 {
            throw Complaint("{\(least),\(most)} has its numbers in the wrong order")
        }
        try repeatPrevious("{\(least)}")
    }
}
