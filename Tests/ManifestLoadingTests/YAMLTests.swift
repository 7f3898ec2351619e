import ClusterModel
import ManifestLoading
import Testing

@Suite struct YAMLTests {
    private func value(_ yaml: String) -> JSONValue? {
        let loaded = load(manifest("globalParameters:\n  - name: a\n    value: \(yaml)"))
        #expect(loaded.texts == [])
        return loaded.parameter("a")
    }

    @Test("free JSON follows the core schema of YAML 1.2")
    func coreSchema() {
        #expect(value("[true, false, null, ~, ]") == [true, false, nil, nil])
        #expect(
            value("[1, -5, +7, 0, 9223372036854775807, 1.5, -.5, 1e3, 2., 00.5]") == [
                1, -5, 7, 0, 9_223_372_036_854_775_807, 1.5, -0.5, 1000, 2, 0.5,
            ])
        #expect(
            value("[2024-01-01, 2024-01-01T10:00:00Z, a, 'yes', \"012\", 1.2.3, y, n, -, 127.0.0.1, 10.0.0.1:80, 1GB]")
                == [
                    "2024-01-01", "2024-01-01T10:00:00Z", "a", "yes", "012", "1.2.3", "y", "n", "-", "127.0.0.1",
                    "10.0.0.1:80", "1GB",
                ])
    }

    @Test(
        "a text is what stands there, whatever YAML 1.1 makes of it",
        arguments: ["no", "yes", "012", "1_000", "1:30", "true", "1.0", "0x1F", "2024-01-01", ".inf", "~x", "=", "<<"])
    func textsAreVerbatim(text: String) {
        let loaded = load(manifest("vhosts: [{ name: \(text) }]"))
        #expect(loaded.texts == [])
        #expect(loaded.manifest?.resources.last?.id.name == text)
    }

    @Test("names in any script arrive byte by byte")
    func unicodeNames() {
        let names = ["🐇", "日本", "Ωmega", "e\u{301}", "\u{e9}", "ab\u{200d}c", "\u{E000}", "*\u{F8FF}x", "a\u{A0}b"]
        let entries = names.map { "  - { name: '\($0)' }" }.joined(separator: "\n")
        let loaded = load(
            manifest("globalParameters: [{ name: s, value: [&x *name, '*x'] }]\nvhosts:\n" + entries).replacing(
                "&x *name", with: "a"))
        #expect(loaded.texts == [])
        let read = loaded.manifest?.resources.filter { $0.id.kind == "vhost" }.map { Array($0.id.name.utf8) }
        #expect(read == names.map { Array($0.utf8) })
        #expect(loaded.parameter("s") == ["a", "*x"])
    }

    @Test("anchors, aliases and merge keys do what they say")
    func aliases() {
        let loaded = load(
            manifest(
                """
                globalParameters:
                  - name: a
                    value:
                      base: &base { x: 1, y: 2 }
                      again: *base
                      more: { <<: *base, y: 3 }
                      other: &other { z: [*base, &s text, *s], y: 9 }
                      both: { <<: [*other, *base], w: 0 }
                      quoted: { "<<": 1 }
                      star: "*base and a*base"
                """))
        #expect(loaded.texts == [])
        let base: JSONValue = ["x": 1, "y": 2]
        #expect(
            loaded.parameter("a") == [
                "base": base, "again": base, "more": ["x": 1, "y": 3], "other": ["z": [base, "text", "text"], "y": 9],
                "both": ["z": [base, "text", "text"], "y": 9, "x": 1, "w": 0], "quoted": ["<<": 1],
                "star": "*base and a*base",
            ])
    }

    @Test("an error in what an alias stands for is told where it is written")
    func errorsBehindAliases() {
        let loaded = load(manifest("prune: &p { polices: true }\nvhosts: [{ name: a, limits: *p }]"))
        #expect(
            loaded.texts == [
                "m.yaml:6:15: error: unknown key polices in prune; did you mean policies?",
                "m.yaml:6:15: error: unknown key polices in limits; the keys are max-connections, max-queues",
            ])
    }

    @Test("a byte-order mark, CRLF and CR change nothing")
    func lineEnds() {
        let text = manifest("vhosts:\n  - name: a\n  - name: [b]")
        let expected = ["m.yaml:8:13: error: name must be a text, not a list"]
        #expect(load(text).texts == expected)
        #expect(load("\u{FEFF}" + text).texts == expected)
        #expect(load(text.replacing("\n", with: "\r\n")).texts == expected)
        #expect(load("\u{FEFF}" + text.replacing("\n", with: "\r")).texts == expected)
    }

    @Test(
        "a file of a few bytes is read as safely as a long one",
        arguments: ["", "\n", "a", "a: b", "- a", "*a", "&a", "---", "...", "%", "\"", "{", "|", "\u{FEFF}"])
    func shortFiles(text: String) { #expect(load(text).manifest == nil) }

    @Test("a text that Yams would shorten is refused")
    func leadingByteOrderMark() {
        let expected = "m.yaml:6:20: error: a text can't begin with a byte-order mark; write it without"
        for escape in ["\\uFEFF", "\\ufeff", "\\U0000FEFF"] {
            #expect(load(manifest("vhosts: [{ name: \"\(escape)x\" }]")).texts == [expected])
        }
        #expect(value("\"a\\uFEFFb\"") == "a\u{FEFF}b")
    }

    @Test("every prefix of a manifest is read without a crash")
    func prefixes() throws {
        let bytes = try file("manifests/single.yaml").bytes
        for length in stride(from: 0, to: bytes.count, by: 7) {
            _ = ManifestLoader.load([SourceFile(path: "m.yaml", bytes: Array(bytes.prefix(length)))])
        }
    }

    @Test("a manifest with any byte changed is read without a crash, and so is one with hostile bytes put in")
    func mutations() throws {
        let bytes = try file("manifests/single.yaml").bytes
        let inserts = Array("[]{}:*&!|>'\"%@`#,?-\t\n\r \\<~".utf8) + [0, 0x80, 0xEE, 0xFF]
        var state: UInt64 = 7
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<400 {
            var changed = bytes
            for _ in 0...random(3) { changed.insert(inserts[random(inserts.count)], at: random(changed.count)) }
            let loaded = ManifestLoader.load([SourceFile(path: "m.yaml", bytes: changed)])
            #expect((loaded.manifest == nil) == !loaded.errors.isEmpty)
        }
    }
}
