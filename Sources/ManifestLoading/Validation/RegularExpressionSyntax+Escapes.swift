/// Backslashes and classes.
extension RegularExpressionSyntax {
    mutating func readEscape() throws(Complaint) {
        offset += 1
        guard !isAtEnd else { throw Complaint("it ends in a backslash; write \\\\ for the character") }
        let byte = peek()
        offset += 1
        switch byte {
        case UInt8(ascii: "Q"): readQuotation()
        case UInt8(ascii: "E"): break
        case UInt8(ascii: "A"), UInt8(ascii: "G"), UInt8(ascii: "K"), UInt8(ascii: "B"), UInt8(ascii: "b"),
            UInt8(ascii: "Z"), UInt8(ascii: "z"):
            canRepeat = false
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            offset -= 1
            readNumberedReference()
        case UInt8(ascii: "g"): try readReference()
        case UInt8(ascii: "k"): try readNamedReference()
        case UInt8(ascii: "N") where peek() == UInt8(ascii: "{") && !Self.isDigit(peek(1)):
            throw Complaint("\\N{…} is not supported")
        default:
            try readCharacterEscape(byte)
            canRepeat = true
        }
    }

    /// `\Q…\E`; what stands in it is literal.
    private mutating func readQuotation() {
        let start = offset
        while !isAtEnd, !follows("\\E") { offset += 1 }
        if offset > start { canRepeat = true }
        _ = skip("\\E")
    }

    private mutating func readNumberedReference() {
        let digits = take(while: Self.isDigit)
        canRepeat = true
        // From 10 on it is an octal number where there are not as many groups.
        if digits.utf8.count == 1, let number = Int(digits) { highestReference = max(highestReference, number) }
    }

    private mutating func readReference() throws(Complaint) {
        canRepeat = true
        for (start, end) in [("{", "}"), ("<", ">"), ("'", "'")] where skip(start) {
            guard let name = text(upTo: end.utf8.first ?? 0), !name.isEmpty else {
                throw Complaint("\\g\(start) is not closed; write \\\\g for the characters")
            }
            return refer(to: name)
        }
        let isRelative = skip("-") || skip("+")
        let digits = take(while: Self.isDigit)
        if digits.isEmpty { throw Complaint("\\g needs a number or a name") }
        if !isRelative { refer(to: digits) }
    }

    private mutating func refer(to name: String) {
        if let number = Int(name) {
            if !name.hasPrefix("-"), !name.hasPrefix("+") { highestReference = max(highestReference, number) }
        } else {
            namedReferences.insert(name)
        }
    }

    private mutating func readNamedReference() throws(Complaint) {
        canRepeat = true
        for (start, end) in [("{", "}"), ("<", ">"), ("'", "'")] where skip(start) {
            guard let name = text(upTo: end.utf8.first ?? 0), !name.isEmpty else { break }
            namedReferences.insert(name)
            return
        }
        throw Complaint("\\k needs the name of a group in braces")
    }

    /// An escape that stands for characters, in a class or outside.
    private mutating func readCharacterEscape(_ byte: UInt8) throws(Complaint) {
        switch byte {
        case UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "U"), UInt8(ascii: "u"):
            throw Complaint("\\\(UnicodeScalar(byte)) is not supported")
        case UInt8(ascii: "c"):
            guard !isAtEnd, peek() < 0x80 else { throw Complaint("\\c needs an ASCII character after it") }
            offset += 1
        case UInt8(ascii: "x"): try readHexadecimal()
        case UInt8(ascii: "o"):
            guard skip("{"), let digits = text(upTo: UInt8(ascii: "}")), let value = Int(digits, radix: 8) else {
                throw Complaint("\\o needs an octal number in braces")
            }
            if value > 0xFF { throw Complaint("\\o{\(digits)} is more than a byte; write the character itself") }
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            guard skip("{") ? text(upTo: UInt8(ascii: "}"))?.isEmpty == false : Self.isWord(peek()) else {
                throw Complaint("\\p needs the name of a property")
            }
            if offset > 0, bytes[offset - 1] != UInt8(ascii: "}") { offset += 1 }
        default: break
        }
    }

    private mutating func readHexadecimal() throws(Complaint) {
        let start = offset
        guard skip("{"), let digits = text(upTo: UInt8(ascii: "}")), !digits.isEmpty,
            digits.utf8.allSatisfy(Self.isHexDigit)
        else {
            offset = start
            for _ in 0..<2 where Self.isHexDigit(peek()) { offset += 1 }
            return
        }
        if (Int(digits, radix: 16) ?? Int.max) > 0xFF {
            throw Complaint("\\x{\(digits)} is more than a byte; write the character itself")
        }
    }

    /// `[…]`, where a `]` right after the opening is a character.
    mutating func readClass() throws(Complaint) {
        if let name = namedClass() { throw Complaint("[\(name)] works only inside another pair of brackets") }
        offset += 1
        canRepeat = true
        _ = skip("^")
        var isFirst = true
        var previous: UInt8?
        while !isAtEnd {
            if peek() == UInt8(ascii: "]"), !isFirst {
                offset += 1
                return
            }
            if skip("\\E") { continue }
            if skip("\\Q") {
                isFirst = false
                try skipQuotationInClass()
                previous = nil
                continue
            }
            isFirst = false
            let isRange = previous != nil && peek() == UInt8(ascii: "-") && peek(1) != UInt8(ascii: "]") && !isEnd(1)
            if isRange { offset += 1 }
            let next = try readClassMember()
            if isRange, let low = previous, let high = next, high < low {
                throw Complaint("a range of a class is in the wrong order; write the smaller character first")
            }
            previous = isRange ? nil : next
        }
        throw Complaint("a class is not closed; write ], or \\[ for the character")
    }

    private func isEnd(_ distance: Int) -> Bool { offset + distance >= bytes.count }

    private mutating func skipQuotationInClass() throws(Complaint) {
        while !isAtEnd, !follows("\\E") { offset += 1 }
        _ = skip("\\E")
    }

    /// The byte that a member is, and nil where it is many, or one that is not worked out here.
    private mutating func readClassMember() throws(Complaint) -> UInt8? {
        if peek() == UInt8(ascii: "["), let name = namedClass() {
            guard name.hasPrefix(":") else { throw Complaint("[\(name)] is not supported") }
            let word = name.dropFirst().dropLast()
            guard Self.classNames.contains(word.hasPrefix("^") ? String(word.dropFirst()) : String(word)) else {
                throw Complaint("there is no class [\(name)]; known are \(Self.classNames.joined(separator: ", "))")
            }
            offset += name.utf8.count + 2
            return nil
        }
        let byte = peek()
        offset += 1
        guard byte == UInt8(ascii: "\\") else { return byte }
        guard !isAtEnd else { throw Complaint("a class is not closed; write ], or \\[ for the character") }
        let escape = peek()
        offset += 1
        try readCharacterEscape(escape)
        return Self.isWord(escape) ? nil : escape
    }

    private static let classNames = [
        "alpha", "lower", "upper", "alnum", "ascii", "blank", "cntrl", "digit", "graph", "print", "punct", "space",
        "word", "xdigit",
    ]

    /// `:name:`, `.x.` or `=x=` of a bracket that starts here.
    private func namedClass() -> String? {
        let mark = peek(1)
        guard [UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "=")].contains(mark) else { return nil }
        var end = offset + 2
        while end + 1 < bytes.count {
            if bytes[end] == mark, bytes[end + 1] == UInt8(ascii: "]") {
                return String(decoding: bytes[(offset + 1)...end], as: UTF8.self)
            }
            guard Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "^") else { return nil }
            end += 1
        }
        return nil
    }
}
