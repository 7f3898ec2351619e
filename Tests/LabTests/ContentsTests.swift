import ClusterModel
import Testing

@testable import Lab

@Suite struct ContentsTests {
    private static let manifest = """
        apiVersion: warren/v1
        kind: Cluster
        metadata: { name: orders }
        spec:
          hosts: [ { name: mq1, address: 10.99.0.11, roles: [broker] } ]
          broker:
            erlangCookie: { fromFile: secrets/cookie }
            advancedConfig: { fromFile: advanced.config }
          vhosts: [ { name: orders } ]
          users:
            - { name: app, password: { fromFile: /srv/app } }
            - { name: twin, password: { fromFile: secrets/cookie } }
            - { name: hashed, passwordHash: { fromFile: hash } }
            - { name: outside, password: { fromEnv: OUTSIDE } }
            - { name: unit, password: { fromCredential: unit } }
          federation:
            upstreams: [ { name: b, vhost: orders, uri: [ { fromFile: b.uri }, "amqp://plain" ] } ]
          shovels:
            - { name: s, vhost: orders, sourceUri: "amqp://", destinationUri: { fromFile: b.uri },
                definition: { src-queue: a, dest-queue: b } }
        """

    @Test("every file that a manifest names is found, once, at the place where hosts have it")
    func files() throws {
        let references = ManifestReferences(in: try LabManifest.load(Self.manifest).spec)
        #expect(
            references.files == [
                WantedFile(path: "/etc/warren/advanced.config", form: .advancedConfig),
                WantedFile(path: "/etc/warren/b.uri", form: .uri),
                WantedFile(path: "/etc/warren/hash", form: .passwordHash),
                WantedFile(path: "/etc/warren/secrets/cookie", form: .cookie),
                WantedFile(path: "/srv/app", form: .password),
            ])
        #expect(references.others == [.environment("OUTSIDE"), .credential("unit")])
        #expect(references.files.map(\.mode) == [0o644, 0o600, 0o600, 0o600, 0o600])
    }

    @Test("an invented secret is of the form that the broker takes, and no two are the same")
    func invented() throws {
        var random = SystemRandomNumberGenerator()
        #expect(WantedFile.Form.cookie.invented(using: &random).wholeMatch(of: /[A-Z]{20}/) != nil)
        #expect(WantedFile.Form.password.invented(using: &random).wholeMatch(of: /[a-z0-9]{28}/) != nil)
        #expect(WantedFile.Form.passwordHash.invented(using: &random).wholeMatch(of: /[A-Za-z0-9]{48}/) != nil)
        let uri = WantedFile.Form.uri.invented(using: &random)
        #expect(uri.wholeMatch(of: /amqp:\/\/lab:[a-z0-9]{28}@upstream\.invalid:5672/) != nil)
        #expect(WantedFile.Form.advancedConfig.invented(using: &random) == "[].\n")
        #expect(
            WantedFile.Form.password.invented(using: &random) != WantedFile.Form.password.invented(using: &random))
    }

    @Test("only what lies in the manifest's own folder is taken from this machine")
    func sources() {
        #expect(HostManifest.source(of: "/etc/warren/secrets/app", besides: "/home/me") == "/home/me/secrets/app")
        #expect(HostManifest.source(of: "/etc/warrenty/app", besides: "/home/me") == nil)
        #expect(HostManifest.source(of: "/etc/app", besides: "/home/me") == nil)
    }

    @Test("the files of a folder become one manifest that says the same")
    func joined() throws {
        let whole = LabManifest.two + "\n"
        let cut = try #require(whole.range(of: "  users:"))
        let head = "apiVersion: warren/v1\nkind: Cluster\nmetadata: { name: orders }\nspec:\n"
        for start in ["", "---\n"] {
            let parts = [String(whole[..<cut.lowerBound]), start + head + String(whole[cut.lowerBound...])]
            let file = HostManifest.joined(parts.map { SourceFile(path: "any.yaml", text: $0) })
            #expect(file.path == HostManifest.path)
            let manifest = try LabManifest.load(String(decoding: file.bytes, as: UTF8.self))
            #expect(manifest.hosts.count == 2)
            #expect(manifest.resources.contains { $0.id.description == "user app" })
        }
    }

    @Test("all hosts know each other's addresses, and no two have the same identity")
    func identity() throws {
        let text = HostIdentity.hostsFile(try LabManifest.plan())
        #expect(text == "127.0.0.1 localhost\n::1 localhost\n10.99.0.11 one\n10.99.0.12 two\n")
        var random = SystemRandomNumberGenerator()
        let ids = (0..<2).map { _ in HostIdentity.machineID(using: &random) }
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}\n/) != nil })
        #expect(ids[0] != ids[1])
    }
}
