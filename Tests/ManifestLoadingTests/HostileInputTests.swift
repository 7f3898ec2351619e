import ClusterModel
import ManifestLoading
import Testing

/// Each of these takes milliseconds to refuse, a second at most; the bounds here leave room for a debug build on a busy
/// machine and still catch what grows without end.
@Suite struct HostileInputTests {
    private func load(_ text: String) async -> (errors: [String], time: Duration) {
        await Task.detached {
            let file = SourceFile(path: "m.yaml", text: text)
            var loaded: LoadedManifest?
            let time = ContinuousClock().measure { loaded = ManifestLoader.load([file]) }
            #expect(loaded?.manifest == nil)
            return ((loaded?.errors ?? []).map(\.description), time)
        }.value
    }

    private func refuse(_ text: String, _ part: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        let result = await load(text)
        #expect(
            result.errors.first?.contains(part) == true, "\(result.errors.first ?? "none")",
            sourceLocation: sourceLocation)
        #expect(result.time < .seconds(60), sourceLocation: sourceLocation)
    }

    private func bomb(_ levels: Int, key: Bool = false) -> String {
        var text = "  globalParameters:\n  - name: a\n    value:\n      a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...levels {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += key ? "      ? &a\(level) [\(aliases)]\n      : x\n" : "      a\(level): &a\(level) [\(aliases)]\n"
        }
        return manifest("") + text
    }

    @Test("ten levels of ten aliases are refused")
    func bombs() async { await refuse(bomb(10), "m.yaml:15:11: error: with its aliases expanded this is over") }

    @Test("a bomb of keys is refused")
    func bombOfKeys() async { await refuse(bomb(10, key: true), "a list or an object can't be a key") }

    @Test("a bomb of merge keys is refused")
    func bombOfMergeKeys() async {
        var text = "a0: &a0 { k: x }\n"
        for level in 1...40 {
            text +=
                "a\(level): &a\(level) { <<: [*a\(level - 1), *a\(level - 1)], k\(level): [*a\(level - 1), *a\(level - 1)] }\n"
        }
        await refuse(text, "with its aliases expanded")
    }

    @Test("a 64 MB file is refused before it is read")
    func largeFile() async {
        await refuse(
            String(repeating: "a: b\n", count: 64 << 20 / 5), "m.yaml:1:1: error: the manifest has over 8388608 bytes")
    }

    @Test("files that are too large together are refused")
    func largeTogether() {
        let half = SourceFile(path: "a.yaml", text: String(repeating: " ", count: 5 << 20))
        let loaded = ManifestLoader.load([half, SourceFile(path: "b.yaml", bytes: half.bytes)])
        #expect(loaded.texts == ["b.yaml:1:1: error: the manifest has over 8388608 bytes; no more are read"])
    }

    @Test(
        "a hundred thousand brackets are refused",
        arguments: ["[", "{", "[a: ", "- ", "? ", "{a: ", "[? ", "a: [", "- [", "'' : {"])
    func brackets(opening: String) async {
        let text = String(repeating: opening, count: 100_000)
        let result = await load(text)
        #expect(!result.errors.isEmpty)
        #expect(result.time < .seconds(60))
    }

    @Test("brackets in texts and comments are no nesting")
    func bracketsInTexts() throws {
        let open = String(repeating: "[{", count: 100)
        let text = manifest(
            """
            # \(open)
            globalParameters:
              - { name: single, value: '\(open)' }
              - name: "double"
                value: "\\"\(open)"
              - name: plain
                value: x\(open)
                  \(open)
              - name: literal
                value: |
                  \(open)
                   '\(open)
              - name: folded
                value: >2-
                    \(open)

                  \(open)
              - ? name
                : it's \(open) # \(open)
                ? value
                : 1
            """)
        let loaded = loadHere(text)
        #expect(loaded.texts.map { String($0.prefix(60)) } == [])
        #expect(loaded.parameter("plain") == .string("x\(open) \(open)"))
    }

    @Test("more values than the budget has are refused before Yams makes anything of them")
    func manyValues() async {
        await refuse("a: [" + String(repeating: "x,", count: 3_000_000) + "]", "the manifest has over 1000000 values")
    }

    @Test(
        "collections as keys of a large file are refused before they are hashed",
        arguments: [
            "? [{}]: x", "? - {}", "{ [{}]: x }", "[{}]: x", "? [{}]", "?\n  a: {}", "? &a [{}]",
        ])
    func collectionsAsKeys(form: String) async {
        let large = form.replacing("{}", with: String(repeating: "x, ", count: 30_000))
        await refuse(large, "a list or an object can't be a key")
    }

    @Test("ordinary keys of a large file are none of these")
    func ordinaryKeys() {
        let padding = String(repeating: "# padding\n", count: 7_000)
        let value = "{ a: [x], 'b': {c: d}, \"]\": 1, ? e : f, ? g, \"[h]\": '[a]: b' }"
        let loaded = loadHere(
            padding
                + manifest(
                    "globalParameters:\n  - name: a\n    value: \(value)\n  - ? name\n    : b\n    ? value\n    : [a]"))
        #expect(loaded.texts == [])
        #expect(loaded.parameter("b") == ["a"])
    }

    @Test("a key that is written ten thousand times is told fast")
    func manyDuplicates() async {
        await refuse(String(repeating: "k: 1\n", count: 200_000), "written twice")
    }

    @Test("many errors are found fast")
    func manyErrors() async {
        let lines = (0..<5000).map { "  - { nam: q\($0), vhost: nowhere\($0), arguments: { a: yes } }" }.joined(
            separator: "\n")
        let result = await load(manifest("queues:\n" + lines))
        #expect(result.errors.count == 1001)
        #expect(result.errors.last?.contains("there are 14000 more errors and 0 more warnings") == true)
        #expect(result.time < .seconds(60))
    }

    @Test("a million nodes are over the budget, a thousand are not")
    func budget() {
        let text = manifest("globalParameters: [{ name: a, value: [1, 2, 3, 4, 5] }]")
        let small = ManifestLoader.load([SourceFile(path: "m.yaml", text: text)], options: LoadOptions(nodeBudget: 10))
        #expect(small.manifest == nil)
        #expect(loadHere(text).manifest != nil)
    }
}

/// `load`, whose name is taken inside the suite.
private func loadHere(_ text: String) -> LoadedManifest { load(text) }
