import ClusterModel
import ManifestLoading
import Testing

@Suite struct LoaderTests {
    @Test("documents and files are one manifest, in the order in which they are given")
    func merging() {
        let first = SourceFile(
            path: "1.yaml",
            text: manifest("vhosts: [{ name: a }]\nfederation: { upstreams: [{ name: u, vhost: a, uri: 'amqp://' }] }"))
        let second = SourceFile(
            path: "2.yaml",
            text: """
                apiVersion: warren/v1
                kind: Cluster
                spec: { vhosts: [{ name: b }], mode: observe }
                ---
                apiVersion: warren/v1
                kind: Cluster
                metadata: { name: test }
                spec:
                  vhosts: [{ name: c }]
                  federation: { upstreams: [{ name: v, vhost: c, uri: 'amqp://' }], upstreamSets: [] }
                """)
        let loaded = ManifestLoader.load([first, second])
        #expect(loaded.texts == [])
        #expect(loaded.manifest?.mode == .observe)
        let resources = loaded.manifest?.resources ?? []
        #expect(
            resources.map(\.id.description) == [
                "cluster-name cluster", "vhost a", "vhost b", "vhost c", "upstream a/u", "upstream c/v",
            ])
        #expect(
            resources.compactMap { $0.position?.description } == [
                "1.yaml:3:19", "1.yaml:6:12", "2.yaml:3:18", "2.yaml:9:12", "1.yaml:7:29", "2.yaml:10:29",
            ])
    }

    @Test("what two files both declare names both places")
    func duplicatesAcrossFiles() {
        let spec = "mode: enforce\nqueues: [{ name: q, vhost: / }]"
        let loaded = ManifestLoader.load(["a/1.yaml", "a/2.yaml"].map { SourceFile(path: $0, text: manifest(spec)) })
        #expect(
            loaded.texts == [
                "a/2.yaml:5:19: error: the host “mq1” is there twice; it was written first at a/1.yaml:5:19",
                "a/2.yaml:5:33: error: the address “10.0.0.1” is there twice; it was written first at a/1.yaml:5:33",
                "a/2.yaml:6:3: error: mode is written twice; it was written first at a/1.yaml:6:3",
                "a/2.yaml:7:12: error: queue //q is declared twice; it was declared first at a/1.yaml:7:12",
            ])
    }

    @Test("defaults are filled in at the place of their object")
    func defaults() {
        let spec = load(manifest("exchanges:\n  - { name: x, vhost: / }")).manifest?.spec
        let entry = spec?["exchanges"]?.elements.first
        #expect(
            entry?.json == [
                "name": "x", "vhost": "/", "type": "direct", "durable": true, "autoDelete": false, "internal": false,
                "arguments": [:],
            ])
        #expect(entry?["durable"]?.position == entry?.position)
        #expect(
            spec?["membership"]?.json
                == [
                    "replaceBlank": "automatic", "discardMinority": "never", "restarts": "automatic",
                    "rebalanceAfter": "10m",
                ])
        #expect(spec?["clusterName"]?.json == "test")
    }

    @Test(
        "paths of secrets start at the folder of their file",
        arguments: [
            ("/etc/warren/manifest.yaml", "secrets/a", "/etc/warren/secrets/a"),
            ("/etc/warren/m.yaml", "../a", "/etc/a"),
            ("m.yaml", "./a", "a"), ("x/m.yaml", "../../a", "../a"), ("/m.yaml", "../../a", "/a"),
            ("x/m.yaml", "/b//c/./d", "/b/c/d"),
        ])
    func paths(file: String, written: String, resolved: String) {
        let text = manifest(
            "users: [{ name: a, password: { fromFile: \(written) } }]\nglobalParameters: [{ name: p, value: [{ fromFile: \(written) }] }]"
        )
        let loaded = ManifestLoader.load([SourceFile(path: file, text: text)])
        #expect(loaded.texts == [])
        #expect(
            loaded.manifest?.resources.first { $0.id.kind == "user" }?["password"] == ["fromFile": .string(resolved)])
        #expect(loaded.parameter("p") == [["fromFile": .string(resolved)]])
    }

    @Test("a literal password draws a warning, a URI only where it holds one, and neither shows it")
    func warnings() {
        let loaded = load(
            manifest(
                """
                users: [{ name: a, password: hunter2 }, { name: b, passwordHash: aGFzaA== }]
                federation:
                  upstreams:
                    - { name: u, vhost: /, uri: ["amqp://user:hunter2@host", "amqp://host", "amqp://user@host/a:b@c"] }
                """))
        #expect(loaded.manifest != nil)
        #expect(
            loaded.texts == [
                "m.yaml:6:32: warning: password is a secret and stands in the manifest; write { fromFile: PATH }, { fromEnv: NAME } or { fromCredential: NAME } instead",
                "m.yaml:9:36: warning: an entry of uri is a secret and stands in the manifest; write { fromFile: PATH }, { fromEnv: NAME } or { fromCredential: NAME } instead",
            ])
        #expect(!loaded.texts.joined().contains("hunter2"))
    }

    @Test(
        "durations are whole numbers with a unit",
        arguments: [
            ("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("3h", 10_800_000), ("2d", 172_800_000), ("0s", 0),
            ("5", nil), ("5 s", nil),
            ("05s", nil), ("1.5s", nil), ("-1s", nil), ("s", nil), ("", nil), ("99999999999d", nil), ("٣s", nil),
            ("5S", nil),
        ])
    func durations(text: String, milliseconds: Int?) { #expect(DurationText.milliseconds(text) == milliseconds) }

    @Test(
        "addresses of IPv6 are read as RFC 4291 writes them",
        arguments: [
            ("::", true), ("::1", true), ("fe80::1", true), ("2001:db8::1:2:3", true), ("1:2:3:4:5:6:7:8", true),
            ("::ffff:10.0.0.1", true),
            ("1::", true), ("1:2:3:4:5:6:7::", true), (":::", false), ("1:2:3:4:5:6:7", false),
            ("1:2:3:4:5:6:7:8:9", false), ("12345::", false),
            ("fe80::1%eth0", false), ("::g", false), ("1:", false), (":1", false), ("10.0.0.1", true),
            ("10.0.0", false), ("010.0.0.1", false),
        ])
    func addresses(text: String, isValid: Bool) {
        let loaded = load(manifest("").replacing("10.0.0.1", with: "'\(text)'"))
        #expect((loaded.manifest != nil) == isValid)
    }

    @Test("an unreadable file makes nothing undeclared, and hides no problem of another one")
    func unreadableFile() {
        let broken = SourceFile(path: "vhosts.yaml", text: "spec: { vhosts: [")
        let loaded = ManifestLoader.load([
            SourceFile(path: "m.yaml", text: manifest("queues: [{ name: q, vhost: a }]\nmod: x")), broken,
        ])
        #expect(loaded.errors.map(\.position.description) == ["m.yaml:7:3", "vhosts.yaml:1:18"])
    }

    @Test("the same files give the same answer")
    func deterministic() throws {
        let file = try file("manifests/invalid/undeclared-vhost.yaml")
        let first = ManifestLoader.load([file]).texts
        for _ in 0..<5 { #expect(ManifestLoader.load([file]).texts == first) }
    }

    @Test("five thousand objects are validated at once")
    func speed() {
        var text = manifest("vhosts: [{ name: orders }]\nqueues:")
        for index in 0..<5000 {
            text +=
                "    - name: queue-\(index)\n      vhost: orders\n      type: quorum\n      durable: true\n      arguments: { x-max-length: 1000 }\n"
        }
        var loaded: LoadedManifest?
        let time = ContinuousClock().measure { loaded = load(text) }
        #expect(loaded?.manifest?.resources.count == 5002)
        // 0.13 s in a release build; this bound is for a debug build on a busy machine.
        #expect(time < .seconds(60), "\(time)")
    }
}
