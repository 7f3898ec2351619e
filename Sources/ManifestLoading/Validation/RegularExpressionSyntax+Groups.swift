/// What follows an opening parenthesis.
extension RegularExpressionSyntax {
    /// As deep as PCRE goes.
    private static let maximumDepth = 250

    mutating func openGroup() throws(Complaint) {
        offset += 1
        if peek() == UInt8(ascii: "*"), Self.isWord(peek(1)) || peek(1) == UInt8(ascii: ":") { return try skipVerb() }
        guard skip("?") else {
            groupCount += 1
            return try enter()
        }
        if skip("#") {
            guard text(upTo: UInt8(ascii: ")")) != nil else { throw Complaint("a comment (?# is not closed") }
            return
        }
        for prefix in [":", "|", ">", "=", "!", "<=", "<!"] where skip(prefix) { return try enter() }
        if try openNamed() { return }
        if skip("(") { return try openCondition() }
        if follows("R") || follows("&") || follows("C") || follows("+") || Self.isDigit(peek())
            || peek() == UInt8(ascii: "-") && Self.isDigit(peek(1))
        {
            return try readCall()
        }
        try readOptions()
    }

    private mutating func enter(branches: Int = .max) throws(Complaint) {
        if open.count >= Self.maximumDepth {
            throw Complaint("parentheses are nested deeper than \(Self.maximumDepth)")
        }
        open.append(Group(isExtended: isExtended, branchesLeft: branches))
        canRepeat = false
    }

    private mutating func skipVerb() throws(Complaint) {
        guard text(upTo: UInt8(ascii: ")")) != nil else { throw Complaint("a verb (* is not closed") }
        canRepeat = false
    }

    /// `(?<name>`, `(?'name'`, `(?P<name>`, `(?P=name)` and `(?P>name)`.
    private mutating func openNamed() throws(Complaint) -> Bool {
        if skip("P=") || skip("P>") {
            guard let name = text(upTo: UInt8(ascii: ")")), !name.isEmpty else { throw Complaint("a name is missing") }
            namedReferences.insert(name)
            canRepeat = true
            return true
        }
        guard let end = skip("P<") || skip("<") ? UInt8(ascii: ">") : skip("'") ? UInt8(ascii: "'") : nil else {
            return false
        }
        guard let name = text(upTo: end), let first = name.utf8.first, !Self.isDigit(first),
            name.utf8.allSatisfy(Self.isWord), name.utf8.count <= 32
        else { throw Complaint("a group's name is 1 to 32 letters, digits and _, the first no digit") }
        groupCount += 1
        if !names.insert(name).inserted, !allowsDuplicateNames { throw Complaint("two groups are named \(name)") }
        try enter()
        return true
    }

    /// `(?(1)yes|no)`, `(?(<name>)…)`, `(?(R)…)`, `(?(DEFINE)…)` or a condition that is an assertion.
    private mutating func openCondition() throws(Complaint) {
        if peek() == UInt8(ascii: "?") {
            try enter(branches: 2)
            offset -= 1
            return
        }
        guard let condition = text(upTo: UInt8(ascii: ")")), !condition.isEmpty else {
            throw Complaint("a condition (?( is not closed")
        }
        if let number = Int(condition), !condition.hasPrefix("-"), !condition.hasPrefix("+") {
            highestReference = max(highestReference, number)
        }
        try enter(branches: 2)
    }

    /// `(?R)`, `(?1)`, `(?-1)`, `(?&name)` and `(?C1)`.
    private mutating func readCall() throws(Complaint) {
        guard let call = text(upTo: UInt8(ascii: ")")) else { throw Complaint("a parenthesis is not closed") }
        canRepeat = !call.hasPrefix("C")
        if call.hasPrefix("&") {
            namedReferences.insert(String(call.dropFirst()))
        } else if let number = Int(call) {
            if !call.hasPrefix("-"), !call.hasPrefix("+") { highestReference = max(highestReference, number) }
        } else if call != "R", !(call.hasPrefix("C") && call.dropFirst().utf8.allSatisfy(Self.isDigit)) {
            throw Complaint("(?\(call)) is not known")
        }
    }

    /// `(?i)`, `(?i-m)` and `(?i:…)`.
    private mutating func readOptions() throws(Complaint) {
        var isOn = true
        var extended = isExtended
        while !isAtEnd {
            let byte = peek()
            offset += 1
            switch byte {
            case UInt8(ascii: "-"): isOn = false
            case UInt8(ascii: "x"): extended = isOn
            case UInt8(ascii: "J"): allowsDuplicateNames = true
            case UInt8(ascii: "i"), UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "U"), UInt8(ascii: "X"): break
            case UInt8(ascii: ")"):
                isExtended = extended
                canRepeat = false
                return
            case UInt8(ascii: ":"):
                try enter()
                isExtended = extended
                return
            default: throw Complaint("(?\(UnicodeScalar(byte)) is not known; write \\( for the character")
            }
        }
        throw Complaint("a parenthesis is not closed; write ), or \\( for the character")
    }
}
