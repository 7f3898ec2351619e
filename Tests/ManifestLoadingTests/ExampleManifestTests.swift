import ClusterModel
import ManifestLoading
import Testing

@Suite struct ExampleManifestTests {
    @Test("every example manifest is valid", arguments: try manifests(in: "manifests"))
    func isValid(path: String) throws {
        let loaded = ManifestLoader.load([try file(path)])
        #expect(loaded.texts == [])
        #expect(loaded.manifest != nil)
    }

    private static let sites = ["two-sites/east", "two-sites/west"]

    @Test("the manifests of several sites are valid on 3.10 and on 4.0", arguments: ["3.10.8", "4.0.5"])
    func sitesAreValid(version: String) throws {
        let folders = try Self.sites.map { try manifests(in: "manifests/" + $0) }
        let single = try manifests(in: "manifests/active-standby").map { [$0] }
        #expect(folders.allSatisfy { $0.count > 5 } && single.count == 2)
        for paths in folders + single {
            let loaded = ManifestLoader.load(
                try paths.map { try file($0) }, options: LoadOptions(brokerVersion: BrokerVersion(version)))
            #expect(loaded.texts == [])
            #expect(loaded.manifest != nil)
        }
    }

    @Test("the single broker's manifest is valid on 3.10 and on 4.0", arguments: ["3.10.8", "4.0.5"])
    func isValidOnBothVersions(version: String) throws {
        let loaded = ManifestLoader.load(
            [try file("manifests/single.yaml")], options: LoadOptions(brokerVersion: BrokerVersion(version)))
        #expect(loaded.texts == [])
    }

    @Test("what the lab's manifest says arrives")
    func labArrives() throws {
        let manifest = try #require(ManifestLoader.load([try file("manifests/lab.yaml")]).manifest)
        #expect(manifest.name == "orders")
        #expect(manifest.mode == .enforce)
        #expect(manifest.members == ["rabbit@mq1", "rabbit@mq2", "rabbit@mq3"])
        #expect(manifest.hosts.map(\.address).last == "10.77.0.15")
        #expect(manifest.broker.erlangCookie == .file("/etc/warren/secrets/erlang.cookie"))
        #expect(manifest.broker.configValue("vm_memory_high_watermark.relative") == "0.4")
        #expect(manifest.broker.environment == [.init("NODE_IP_ADDRESS", "")])
        #expect(manifest.broker.advancedConfig == ["fromFile": "manifests/advanced.config"])
        #expect(manifest.prune == PruneSettings(enabled: [], maxDeletions: 20))
        #expect(manifest.ignore.count == 3)
        #expect(
            manifest.resources.map(\.id.description).prefix(4) == [
                "plugins enabled", "cluster-name cluster", "vhost orders", "user app",
            ])
        #expect(manifest.spec[["proxy", "timeouts", "connect"]]?.string == "5s")
        #expect(manifest.spec[["membership", "discardMinority"]]?.string == "never")
    }
}
