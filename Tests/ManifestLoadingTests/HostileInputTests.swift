import ClusterModel
import ManifestLoading
import Testing

/// Each of these is refused within the time that a person takes to look up.
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
        #expect(result.errors.first?.contains(part) == true, "\(result.errors.first ?? "none")", sourceLocation: sourceLocation)
        #expect(result.time < .seconds(5), sourceLocation: sourceLocation)
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
        for level in 1...40 { text += "a\(level): &a\(level) { <<: [*a\(level - 1), *a\(level - 1)], k\(level): [*a\(level - 1), *a\(level - 1)] }\n" }
        await refuse(text, "with its aliases expanded")
    }

    @Test("a 64 MB file is refused before it is read")
    func largeFile() async {
        await refuse(String(repeating: "a: b\n", count: 64 << 20 / 5), "m.yaml:1:1: error: the manifest has over 8388608 bytes")
    }

    @Test("files that are too large together are refused")
    func largeTogether() {
        let half = SourceFile(path: "a.yaml", text: String(repeating: " ", count: 5 << 20))
        let loaded = ManifestLoader.load([half, SourceFile(path: "b.yaml", bytes: half.bytes)])
        #expect(loaded.texts == ["b.yaml:1:1: error: the manifest has over 8388608 bytes; no more are read"])
    }

    @Test("a hundred thousand brackets are refused", arguments: ["[", "{", "[a: ", "- ", "? ", "{a: ", "[? ", "a: [", "- [", "'' : {"])
    func brackets(opening: String) async {
        let text = String(repeating: opening, count: 100_000)
        let result = await load(text)
        #expect(!result.errors.isEmpty)
        #expect(result.time < .seconds(5))
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
        let loaded = ManifestLoading_load(text)
        #expect(loaded.texts.map { String($0.prefix(60)) } == [])
        #expect(loaded.parameter("plain") == .string("x\(open) \(open)"))
    }

    @Test("many errors are found fast")
    func manyErrors() async {
        let lines = (0..<5000).map { "  - { nam: q\($0), vhost: nowhere\($0), arguments: { a: yes } }" }.joined(separator: "\n")
        let result = await load(manifest("queues:\n" + lines))
        #expect(result.errors.count == 15_000 || result.errors.count == 10_000 + 5000)
        #expect(result.time < .seconds(10))
    }

    @Test("a million nodes are over the budget, a thousand are not")
    func budget() {
        let text = manifest("globalParameters: [{ name: a, value: [1, 2, 3, 4, 5] }]")
        let small = ManifestLoader.load([SourceFile(path: "m.yaml", text: text)], options: LoadOptions(nodeBudget: 10))
        #expect(small.manifest == nil)
        #expect(ManifestLoading_load(text).manifest != nil)
    }
}

/// The name `load` is taken inside the suite.
func ManifestLoading_load(_ text: String) -> LoadedManifest { load(text) }
