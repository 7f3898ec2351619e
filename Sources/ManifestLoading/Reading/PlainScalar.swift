import ClusterModel

/// What a scalar without quotes means: the core schema of YAML 1.2, and no guessing.
///
/// What YAML 1.1 and 1.2 read differently (`yes`, `012`, `1_000`, `1:30`) is refused where it could matter, so that
/// nobody has to know which of them Warren reads.
enum PlainScalar {
    static func isNull(_ text: String) -> Bool {
        switch text {
        case "", "~", "null", "Null", "NULL": true
        default: false
        }
    }

    /// The value in free JSON, or the sentence that says what to write instead.
    static func json(_ text: String) -> Result<JSONValue, Complaint> {
        guard let first = text.utf8.first, couldBeSpecial(first) else {
            return text.isEmpty ? .success(.null) : .success(.string(text))
        }
        if isNull(text) { return .success(.null) }
        if text == "true" { return .success(.bool(true)) }
        if text == "false" { return .success(.bool(false)) }
        if let meant = booleanMeant(by: text) {
            return .failure(
                Complaint("\(text) may mean \(meant) or a text; write \(meant), or \"\(text)\" for the text"))
        }
        if isInfinityOrNaN(text) {
            return .failure(Complaint("JSON has no \(text); write a number, or \"\(text)\" for the text"))
        }
        switch integer(text) {
        case .success(let value): return .success(.integer(value))
        case .failure(.notANumber): break
        case .failure(.spelling(let instead)):
            return .failure(Complaint("\(text) \(instead); write \"\(text)\" for the text"))
        }
        return number(text)
    }

    private static func couldBeSpecial(_ byte: UInt8) -> Bool {
        isDigit(byte) || "+-.~nNtTfFyYoO".utf8.contains(byte)
    }

    private static func number(_ text: String) -> Result<JSONValue, Complaint> {
        guard isDecimal(text) else { return .success(.string(text)) }
        guard let value = Double(text), value.isFinite else {
            return .failure(Complaint("\(text) is too large for a number; write a smaller one, or quote it"))
        }
        return .success(.number(value))
    }

    struct Complaint: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    enum IntegerProblem: Error {
        case notANumber
        /// Continues the text: "… is octal in YAML 1.1; write 10 or 12".
        case spelling(String)
    }

    /// A decimal integer.
    static func integer(_ text: String) -> Result<Int, IntegerProblem> {
        let bytes = Array(text.utf8)
        let digits =
            bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        guard let first = digits.first, isDigit(first) else { return .failure(.notANumber) }
        if digits.allSatisfy(isDigit) {
            if first == UInt8(ascii: "0"), digits.count > 1 {
                return .failure(.spelling("is octal in YAML 1.1 and decimal in 1.2; write it without the leading 0"))
            }
            return Int(text).map(Result.success)
                ?? .failure(.spelling("is beyond 64 bits; write a smaller number"))
        }
        if let problem = oddNumber(Array(digits)) { return .failure(.spelling(problem)) }
        return .failure(.notANumber)
    }

    private static func oddNumber(_ digits: [UInt8]) -> String? {
        if digits.count > 2, digits[0] == UInt8(ascii: "0"), "xXoObB".utf8.contains(digits[1]),
            digits.dropFirst(2).allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: "_") })
        {
            return "is not decimal; write the number in decimal"
        }
        if digits.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }),
            digits.contains(UInt8(ascii: "_"))
        {
            return "holds an underscore; write the digits without it"
        }
        let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        if parts.count > 1, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }),
            parts.dropFirst().allSatisfy({ $0.count <= 2 && (Int(String(decoding: $0, as: UTF8.self)) ?? 60) < 60 })
        {
            return "is a number to the base of 60 in YAML 1.1; write it in decimal"
        }
        return nil
    }

    /// `true` or `false`, where YAML 1.1 or a loose reader takes the text for one of them.
    static func booleanMeant(by text: String) -> String? {
        guard text.utf8.count <= 5 else { return nil }
        return switch text.lowercased() {
        case "yes", "on", "true": "true"
        case "no", "off", "false": "false"
        default: nil
        }
    }

    private static func isInfinityOrNaN(_ text: String) -> Bool {
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(unsigned))
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    static func isDecimal(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        func skipDigits() -> Int {
            let count = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(count)
            return count
        }
        func skip(_ bytes: String) -> Bool {
            guard let first = rest.first, bytes.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("+-")
        let whole = skipDigits()
        let fraction = skip(".") ? skipDigits() : 0
        guard whole + fraction > 0 else { return false }
        if skip("eE") {
            _ = skip("+-")
            guard skipDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
