import ClusterModel
import ManifestLoading
import Testing

@Suite struct ReportManifestTests {
    private func load(_ reports: String) -> LoadedManifest {
        ManifestLoader.load([
            SourceFile(
                path: "m.yaml",
                text: """
                    apiVersion: warren/v1
                    kind: Cluster
                    metadata: { name: orders }
                    spec:
                      hosts: [{ name: mq1, address: 10.0.0.1, roles: [broker] }]
                      reports: \(reports)
                    """)
        ])
    }

    @Test("A report needs a period, and has defaults for the rest")
    func valid() {
        #expect(load("{ every: daily }").manifest?.reports == ReportSettings(every: .daily))
        #expect(
            load("{ every: weekly, directory: /srv/reports, format: markdown, keep: 3 }").manifest?.reports
                == ReportSettings(every: .weekly, directory: "/srv/reports", format: .markdown, keep: 3))
    }

    @Test(
        "What can't be written is refused with its place",
        arguments: [
            ("{ format: html }", "every"), ("{ every: hourly }", "weekly"),
            ("{ every: daily, directory: reports }", "absolute path"),
            ("{ every: daily, directory: /var/log/../../etc }", "without .."),
            ("{ every: daily, keep: 0 }", "keep"), ("{ every: daily, format: pdf }", "html"),
        ])
    func invalid(text: String, words: String) {
        let loaded = load(text)
        #expect(loaded.manifest == nil)
        let told = loaded.diagnostics.map(\.description)
        #expect(told.contains { $0.hasPrefix("m.yaml:6:") && $0.contains(words) }, "\(told)")
    }
}
