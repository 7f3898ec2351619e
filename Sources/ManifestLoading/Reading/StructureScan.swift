/// Finds what Yams had better not see: it calls itself for each level of nesting, and a task's stack is small; it
/// makes some two hundred bytes of each value; it hashes whole collections that stand as keys.
///
/// It knows of YAML what it takes to tell a bracket from a character of a text: indentation, quotes, comments, block
/// and plain scalars, in libyaml's own terms. What is no valid YAML it may misread; libyaml then stops at that place.
struct StructureScan {
    struct Problem: Equatable {
        let line: Int
        let column: Int
        let message: String
    }

    /// In a text smaller than this, keys that are no texts are cheap enough to be found with everything else.
    private static let sizeForKeyCheck = 1 << 16

    /// The first problem, nil where there is none.
    static func problem(in text: ArraySlice<UInt8>, maximumDepth: Int, maximumTokens: Int) -> Problem? {
        var scan = StructureScan(bytes: Array(text))
        let checksKeys = text.count >= sizeForKeyCheck
        var count = 0
        while scan.skipToToken() {
            // A colon opens the object that the key before it belongs to.
            let column = scan.byte() == UInt8(ascii: ":") ? scan.candidate ?? scan.column : scan.column
            let line = scan.line
            if checksKeys, scan.isCollectionAsKey() {
                return Problem(line: line, column: column + 1, message: NodeConverter.noText)
            }
            scan.token()
            count += 1
            if scan.flow + scan.indents.count > maximumDepth {
                return Problem(line: line, column: column + 1, message: NodeConverter.tooDeep)
            }
            // Indicators count too; there is hardly more than one for each key and value.
            if count > 2 * maximumTokens {
                return Problem(
                    line: line, column: column + 1,
                    message: "the manifest has over \(maximumTokens) values; write fewer")
            }
        }
        return nil
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    /// From 0, in characters.
    private var column = 0
    /// How many brackets are open.
    private var flow = 0
    /// The columns of the open block collections.
    private var indents: [Int] = []
    /// The column of what may turn out to be a key.
    private var candidate: Int?
    /// The column of a `?` whose key is being read.
    private var explicitKey: Int?
    private var lastByte: UInt8 = 0

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func byte(_ distance: Int = 0) -> UInt8 { offset + distance < bytes.count ? bytes[offset + distance] : 0 }
    private var isAtEnd: Bool { offset >= bytes.count }

    /// The length of the line break at a distance; 0 where there is none.
    private func breakLength(_ distance: Int = 0) -> Int {
        switch byte(distance) {
        case 0x0A: 1
        case 0x0D: byte(distance + 1) == 0x0A ? 2 : 1
        case 0xC2: byte(distance + 1) == 0x85 ? 2 : 0
        case 0xE2: byte(distance + 1) == 0x80 && (0xA8...0xA9).contains(byte(distance + 2)) ? 3 : 0
        default: 0
        }
    }

    private func isBlank(_ distance: Int = 0) -> Bool { byte(distance) == 0x20 || byte(distance) == 0x09 }
    private func isBlankOrEnd(_ distance: Int = 0) -> Bool {
        offset + distance >= bytes.count || isBlank(distance) || breakLength(distance) > 0
    }

    /// Moves over one character, or one line break.
    private mutating func advance() {
        let length = breakLength()
        if length > 0 {
            offset += length
            line += 1
            column = 0
            if flow == 0 { candidate = nil }
        } else {
            offset += 1
            while byte() & 0xC0 == 0x80 { offset += 1 }
            column += 1
        }
    }

    private mutating func skipLine() {
        while !isAtEnd, breakLength() == 0 { advance() }
    }

    /// False at the end of the text.
    private mutating func skipToToken() -> Bool {
        while !isAtEnd {
            if isBlank() || breakLength() > 0 {
                advance()
            } else if byte() == UInt8(ascii: "#") {
                skipLine()
            } else {
                return true
            }
        }
        return false
    }

    private var isAtDocumentMarker: Bool {
        column == 0 && (byte() == UInt8(ascii: "-") || byte() == UInt8(ascii: ".")) && byte(1) == byte()
            && byte(2) == byte() && isBlankOrEnd(3)
    }

    /// Whether the token that begins here makes a collection of a key: `? [`, `? - `, `? a:` or `]:`.
    private mutating func isCollectionAsKey() -> Bool {
        let closed = lastByte == UInt8(ascii: "]") || lastByte == UInt8(ascii: "}")
        lastByte = byte()
        switch byte() {
        case UInt8(ascii: ":") where flow > 0 || isBlankOrEnd(1):
            let isNested = explicitKey.map { (candidate ?? -1) > $0 } ?? false
            explicitKey = nil
            return closed || isNested
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): explicitKey = nil
        case UInt8(ascii: "["), UInt8(ascii: "{"): return explicitKey.map { flow > 0 || column > $0 } ?? false
        case UInt8(ascii: "-") where isBlankOrEnd(1): return explicitKey.map { column > $0 } ?? false
        case UInt8(ascii: "?") where flow > 0 || isBlankOrEnd(1):
            let isNested = explicitKey.map { column > $0 } ?? false
            explicitKey = column
            return isNested
        default: break
        }
        return false
    }

    private mutating func token() {
        if flow == 0 {
            while let last = indents.last, last > column { indents.removeLast() }
        }
        if isAtDocumentMarker || column == 0 && byte() == UInt8(ascii: "%") {
            indents = []
            return skipLineOrMarker()
        }
        switch byte() {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            noteCandidate()
            flow += 1
            advance()
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            flow = max(0, flow - 1)
            advance()
        case UInt8(ascii: ","): advance()
        case UInt8(ascii: "-") where isBlankOrEnd(1): indicator(at: column)
        case UInt8(ascii: "?") where flow > 0 || isBlankOrEnd(1): indicator(at: column)
        case UInt8(ascii: ":") where flow > 0 || isBlankOrEnd(1): indicator(at: candidate ?? column)
        case UInt8(ascii: "|") where flow == 0, UInt8(ascii: ">") where flow == 0: blockScalar()
        case UInt8(ascii: "'"): quoted(escape: nil)
        case UInt8(ascii: "\""): quoted(escape: UInt8(ascii: "\\"))
        case UInt8(ascii: "*"), UInt8(ascii: "&"), UInt8(ascii: "!"): property()
        default: plain()
        }
    }

    private mutating func skipLineOrMarker() {
        if byte() == UInt8(ascii: "%") { return skipLine() }
        for _ in 0..<3 { advance() }
    }

    private mutating func noteCandidate() {
        if flow == 0, candidate == nil { candidate = column }
    }

    private mutating func indicator(at column: Int) {
        if flow == 0 {
            if column > indents.last ?? -1 { indents.append(column) }
            candidate = nil
        }
        advance()
    }

    /// An anchor, an alias or a tag.
    private mutating func property() {
        noteCandidate()
        let isVerbatim = byte() == UInt8(ascii: "!") && byte(1) == UInt8(ascii: "<")
        advance()
        while !isBlankOrEnd(), isVerbatim || !",[]{}".utf8.contains(byte()) { advance() }
    }

    private mutating func quoted(escape: UInt8?) {
        noteCandidate()
        let quote = byte()
        advance()
        while !isAtEnd {
            if let escape, byte() == escape {
                advance()
            } else if byte() == quote {
                advance()
                guard escape == nil, byte() == quote else { return }
            }
            if !isAtEnd { advance() }
        }
    }

    private mutating func plain() {
        noteCandidate()
        while true {
            while !isBlankOrEnd(), !endsPlain() { advance() }
            guard !isAtEnd, isBlankOrEnd() else { return }
            let firstLine = line
            while !isAtEnd, isBlank() || breakLength() > 0 { advance() }
            if isAtEnd || byte() == UInt8(ascii: "#") || isAtDocumentMarker || endsPlain() { return }
            if flow == 0, line > firstLine, column <= indents.last ?? -1 { return }
        }
    }

    private func endsPlain() -> Bool {
        if byte() == UInt8(ascii: ":") {
            return isBlankOrEnd(1) || flow > 0 && ",?[]{}".utf8.contains(byte(1))
        }
        return flow > 0 && ",[]{}".utf8.contains(byte())
    }

    private mutating func blockScalar() {
        let parent = indents.last ?? -1
        advance()
        var increment: Int?
        while !isBlankOrEnd() {
            if (0x31...0x39).contains(byte()) { increment = Int(byte() - 0x30) }
            advance()
        }
        skipLine()
        var indent = increment.map { max(parent, 0) + $0 }
        var deepest = 0
        while !isAtEnd {
            advance()
            while byte() == 0x20, indent.map({ column < $0 }) ?? true { advance() }
            if breakLength() > 0 {
                deepest = max(deepest, column)
                continue
            }
            if indent == nil { indent = max(deepest, column, parent + 1, 1) }
            guard let indent, column >= indent else { return }
            skipLine()
        }
    }
}
