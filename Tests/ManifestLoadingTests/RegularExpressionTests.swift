import Foundation
import Testing

@testable import ManifestLoading

@Suite struct RegularExpressionTests {
    static let valid = [
        "", "^", "$", ".*", "^app\\.", "^(?!amq\\.).*", "a|b|", "(?i)orders", "(?<name>a)\\k<name>", "(a)\\1",
        "[a-z]+?",
        "[]a]", "[^]a]", "[[:alpha:]_]", "a{2}", "a{2,}", "a{2,3}", "a{,3}", "{", "a{", "}", "]", "(?:a|b)*+",
        "(?>a+)b",
        "(?<=ab)c", "(?<!ab)c", "\\Qa*b(\\E", "\\x41\\x{42}", "(?#note)a", "(?x) a # (\n b", "a(?R)?b", "(?|(a)|(b))",
        "(?(1)a|b)(c)", "\\d\\w\\s\\b\\B\\A\\z", "\\p{L}", "[\\w-]", "[a\\-z]", "é+", "a?b*c+", "\\/", "[\\]]",
        "(?1)(a)",
        "(*UTF8)a", "[--a]", "\\07", "\\h\\R", "(?P<n>a)(?P=n)", "(?s-i:a)",
    ]
    static let invalid = [
        "(", ")", "a)", "(a", "*", "+a", "?", "a**", "^*", "|*", "(*)", "[", "[a", "[]", "[^]", "[z-a]", "a{2,1}",
        "a{70000}", "\\", "(?<n", "(?<1a>b)", "\\1", "(?<n>a)(?<n>b)", "[[:foo:]]", "[:alpha:]", "(?", "(?y)", "\\k<n>",
        "(?(1)a|b|c)(d)", "\\u0041", "\\x{100}", "(?#note", "(?i)*", "\\b+", "[a\\", "\\c", "\\g", "(?&n)", "[[.a.]]",
    ]

    @Test("what PCRE takes is taken", arguments: valid)
    func takes(pattern: String) { #expect(RegularExpressionSyntax.problem(in: pattern) == nil) }

    @Test("what PCRE refuses is refused", arguments: invalid)
    func refuses(pattern: String) { #expect(RegularExpressionSyntax.problem(in: pattern) != nil) }

    /// The judge: the library by which the broker compiles patterns.
    @Test(
        "Erlang's own library judges the tables in the same way",
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/erl")))
    func erlangAgrees() throws {
        #expect(zip(Self.valid, try compiled(Self.valid)).filter { !$0.1 }.map(\.0) == [])
        #expect(zip(Self.invalid, try compiled(Self.invalid)).filter { $0.1 }.map(\.0) == [])
    }

    @Test(
        "no pattern that PCRE takes is refused, of thousands made at random",
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/erl")))
    func neverRefusesValidPatterns() throws {
        let parts = [
            "a", "b", "-", "1", ",", "(", ")", "[", "]", "{", "}", "{2}", "{1,2}", "*", "+", "?", "|", "^", "$", ".",
            "\\", "\\d",
            "\\b", "\\1", "(?:", "(?i)", "(?x)", "#", " ", "(?<n>", "\\k<n>", "[:alpha:]", "[[:", ":]", "\\Q", "\\E",
            "(?=", "(?<=",
            "(?P", ">", "<", "=", "!", "x", "\\x", "\\p", "L", "(?(1)", "\\g", "(*", "\\c", "R", "0", "'", "&", "\\R",
            "\\h", "\n",
        ]
        var state: UInt64 = 42
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let patterns = (0..<20_000).map { _ in (0...random(7)).map { _ in parts[random(parts.count)] }.joined() }
        let verdicts = try compiled(patterns)
        var missed = 0
        for (pattern, isValid) in zip(patterns, verdicts) {
            let problem = RegularExpressionSyntax.problem(in: pattern)
            if isValid { #expect(problem == nil, "\(pattern.debugDescription)") } else if problem == nil { missed += 1 }
        }
        // Lookbehinds of variable length, properties by name and the like are the broker's to refuse.
        #expect(missed < patterns.count / 50, "\(missed)")
    }

    private func compiled(_ patterns: [String]) throws -> [Bool] {
        let file = FileManager.default.temporaryDirectory.appending(path: "patterns-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try patterns.map { Data($0.utf8).map { String($0, radix: 16) }.map { $0.count < 2 ? "0" + $0 : $0 }.joined() }
            .joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        let erl = Process()
        let output = Pipe()
        erl.executableURL = URL(filePath: "/usr/bin/erl")
        erl.arguments = [
            "-noshell", "-eval",
            """
            {ok, B} = file:read_file("\(file.path)"), [case re:compile(binary:decode_hex(L)) of {ok, _} -> io:put_chars("1"); \
            _ -> io:put_chars("0") end || L <- binary:split(B, <<"\\n">>, [global])], halt().
            """,
        ]
        erl.standardOutput = output
        erl.standardInput = FileHandle.nullDevice
        try erl.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        erl.waitUntilExit()
        return data.map { $0 == UInt8(ascii: "1") }
    }
}
