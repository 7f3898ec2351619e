import ClusterModel
import ManifestLoading
import ResourceKinds
import Testing

@Suite struct WriterTests {
    static let hostile = [
        "", " ", "a b", " lead", "trail ", "a\nb", "\n", "a\n", "\na", "a\r\nb", "\t", "a\tb", "a: b", "a:", ":", "# c",
        "a #b", "- a", "-", "--- a",
        "...", "*a", "&a", "!a", "!!str a", "|", ">", "%", "@", "`", "'", "\"", "it's", "\"q\"", "\\", "a\\nb", "[a]",
        "{a}", ",", "?", "? a", "012",
        "0x1F", "1_000", "1:30", "yes", "no", "on", "Off", "y", "true", "null", "~", "Null", "1", "1.0", "1e3", ".inf",
        "2024-01-01", "<<", "=",
        "é", "e\u{301}", "🐇", "日本", "a\u{85}b", "a\u{2028}b", "\u{2029}", "x\u{FEFF}", "\u{A0}", "a\u{200B}b", "\u{7F}",
        "\u{1}", "\u{1B}[0m",
        "\u{E000}", "\u{FFFD}", "\u{10FFFF}", String(repeating: "x", count: 255), String(repeating: "é ", count: 85),
        String(repeating: "word ", count: 60), "^app\\..*$", "amqp://a:b@c/%2F", "a  b", "  ", "\u{202E}x",
        "*\u{E000}a",
    ]

    private func document(_ value: JSONValue) -> JSONValue {
        [
            "apiVersion": "warren/v1", "kind": "Cluster", "metadata": ["name": "x"],
            "spec": [
                "hosts": [["name": "a", "address": "10.0.0.1", "roles": ["broker"]]],
                "globalParameters": [["name": "p", "value": value]],
            ],
        ]
    }

    @Test("what is written is read back as it was", arguments: hostile)
    func roundTrip(text: String) {
        let value: JSONValue = [.string(text), .object(["k": .string(text), text: "v"]), .array([.string(text)])]
        let yaml = ManifestWriter.yaml(document(value))
        let loaded = load(yaml)
        #expect(loaded.texts == [], "\(yaml.debugDescription)")
        #expect(loaded.parameter("p") == value, "\(yaml.debugDescription)")
    }

    @Test("names come back byte by byte", arguments: hostile.filter { !$0.isEmpty && $0.utf8.count <= 255 })
    func names(text: String) {
        let manifest: JSONValue = [
            "apiVersion": "warren/v1", "kind": "Cluster", "metadata": ["name": "x"],
            "spec": [
                "hosts": [["name": "a", "address": "10.0.0.1", "roles": ["broker"]]],
                "vhosts": [["name": .string(text)]],
            ],
        ]
        let loaded = load(ManifestWriter.yaml(manifest))
        #expect(loaded.texts == [])
        #expect(loaded.manifest?.resources.last.map { Array($0.id.name.utf8) } == Array(text.utf8))
    }

    @Test("values of every type come back")
    func values() {
        let value: JSONValue = [
            nil, true, false, 0, -1, .integer(.max), .integer(.min), 1.5, 1e300, -0.25, [], [:], [[]], [[:]], ["a": []],
        ]
        let loaded = load(ManifestWriter.yaml(document(value)))
        #expect(loaded.texts == [])
        #expect(loaded.parameter("p") == value)
    }

    @Test("what a manifest says is in the order of the contract, an entry in a line or a few")
    func order() {
        #expect(
            ManifestWriter.yaml([
                "spec": [
                    "queues": [["vhost": "/", "name": "012", "arguments": ["x-max-length": 5]]], "mode": "enforce",
                    "hosts": [["roles": ["broker"], "address": "10.0.0.1", "name": "a"]], "policies": [],
                ],
                "metadata": ["name": "x"], "kind": "Cluster", "apiVersion": "warren/v1",
            ]) == """
                apiVersion: warren/v1
                kind: Cluster
                metadata:
                  name: x
                spec:
                  mode: enforce
                  hosts:
                  - name: a
                    address: "10.0.0.1"
                    roles:
                    - broker
                  policies: []
                  queues:
                  - name: "012"
                    vhost: "/"
                    arguments:
                      x-max-length: 5

                """)
    }

    @Test(
        "the examples, read and written, are the same resources",
        arguments: ["manifests/single.yaml", "manifests/lab.yaml"])
    func examples(path: String) throws {
        let manifest = try #require(ManifestLoader.load([try file(path)]).manifest)
        var spec = manifest.spec.json.object ?? [:]
        spec["clusterName"] = nil
        let text = ManifestWriter.yaml([
            "apiVersion": "warren/v1", "kind": "Cluster", "metadata": ["name": .string(manifest.name)],
            "spec": .object(spec),
        ])
        // Paths are absolute by now, as far as they can be; read from the root they stay as they are.
        let again = ManifestLoader.load([SourceFile(path: "m.yaml", text: text)])
        #expect(again.texts == [])
        #expect(again.manifest?.resources == manifest.resources)
        #expect(again.manifest?.hosts == manifest.hosts)
        #expect(Set(again.manifest?.broker.config ?? []) == Set(manifest.broker.config))
        #expect(again.manifest?.spec.json == manifest.spec.json)
    }
}
