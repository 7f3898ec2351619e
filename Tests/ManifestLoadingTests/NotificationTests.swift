import ClusterModel
import ManifestLoading
import Testing

@Suite struct NotificationManifestTests {
    private func load(_ notifications: String) -> LoadedManifest {
        ManifestLoader.load([
            SourceFile(
                path: "m.yaml",
                text: """
                    apiVersion: warren/v1
                    kind: Cluster
                    metadata: { name: orders }
                    spec:
                      hosts: [{ name: mq1, address: 10.0.0.1, roles: [broker] }]
                      notifications: [\(notifications)]
                    """)
        ])
    }

    @Test("a webhook with references and a program are read as they are written")
    func valid() {
        let loaded = load(
            "{ name: a, url: { fromFile: /u }, secret: { fromEnv: S }, events: [stalled] }, { name: b, command: [/bin/x, y] }"
        )
        #expect(
            loaded.manifest?.notifications == [
                NotificationTarget(
                    name: "a", means: .webhook(url: ["fromFile": "/u"], secret: ["fromEnv": "S"]), events: [.stalled]),
                NotificationTarget(name: "b", means: .command(["/bin/x", "y"])),
            ])
    }

    @Test(
        "what could not be delivered to is refused with its place",
        arguments: [
            ("{ name: a }", "needs url or command"),
            ("{ name: a, url: http://x, command: [/x] }", "not both"),
            ("{ name: a, url: ftp://x }", "must begin with https"),
            ("{ name: a, command: [sh, -c, id] }", "absolute path"),
            ("{ name: a, command: [/x], secret: { fromEnv: S } }", "secret belongs to url"),
            ("{ name: a, command: [/x] }, { name: a, command: [/y] }", "stands at"),
            ("{ name: a, command: [/x], events: [driftOpend] }", "driftOpened"),
        ])
    func invalid(text: String, words: String) {
        let loaded = load(text)
        #expect(loaded.manifest == nil)
        #expect(loaded.errors.contains { $0.message.contains(words) && $0.position.line == 6 }, "\(loaded.errors)")
    }
}
