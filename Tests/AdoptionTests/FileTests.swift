import AgentRuntime
import ClusterModel
import HostAccess
import ManifestLoading
import TestSupport
import Testing

@testable import Planning

@Suite struct AdoptedFilesTests {
    let scratch: ScratchDirectory
    let adopted: Adopted

    init() throws {
        scratch = try ScratchDirectory("adopt")
        adopted = Adoption.adopt(try Export(name: "3.7.28").source())
    }

    @Test func secretsAreForTheirOwnerAlone() throws {
        try AdoptedFiles(path: scratch.path("warren.yaml"), isForced: false).write(adopted, yaml: ManifestWriter.yaml)
        #expect(try FileStatus(scratch.path("secrets")).mode == 0o700)
        #expect(try FileStatus(scratch.path("secrets/user-admin-hash")).mode == 0o600)
        #expect(try FileStatus(scratch.path("warren.yaml")).mode == 0o644)
    }

    @Test(arguments: ["warren.yaml", "secrets/user-legacy-hash"])
    func nothingIsReplacedUnasked(_ name: String) throws {
        try Directory.make(scratch.path("secrets"), mode: 0o700)
        try scratch.write("mine", to: name)
        let path = scratch.path("warren.yaml")
        #expect(throws: AdoptionFailure.self) {
            try AdoptedFiles(path: path, isForced: false).write(adopted, yaml: ManifestWriter.yaml)
        }
        #expect(try FileContent.read(scratch.path(name)) == Array("mine".utf8))
        #expect(try Directory.names(scratch.path("secrets")).count <= 1)
        try AdoptedFiles(path: path, isForced: true).write(adopted, yaml: ManifestWriter.yaml)
        #expect(try FileContent.read(scratch.path(name)) != Array("mine".utf8))
    }

    @Test func aManifestThatCannotBeWrittenTakesItsSecretsAlong() throws {
        try Directory.make(scratch.path("warren.yaml"), mode: 0o755)
        #expect(throws: AdoptionFailure.self) {
            try AdoptedFiles(path: scratch.path("warren.yaml"), isForced: true).write(
                adopted, yaml: ManifestWriter.yaml)
        }
        #expect(try Directory.names(scratch.path("secrets")) == [])
    }
}

@Suite struct DefinitionsExportTests {
    @Test func theExportOfOneVhostIsRefused() throws {
        let bytes = try Export(name: "vhost").bytes()
        let failure = #expect(throws: AdoptionFailure.self) { try DefinitionsExport(bytes) }
        #expect(failure?.description.contains("one vhost") == true)
    }

    @Test(arguments: ["", "[]", "{}", "{\"a\":1}", "{\"users\":{}}", "{\"users\":[", "not json"])
    func whatIsNoExportIsRefused(_ text: String) {
        #expect(throws: AdoptionFailure.self) { try DefinitionsExport(Array(text.utf8)) }
    }

    @Test func versionAndNameAreRead() throws {
        let old = try DefinitionsExport(try Export(name: "3.7.28").bytes())
        #expect(old.version == BrokerVersion(3, 7, 28))
        #expect(old.clusterName == "rabbit@old.example")
        let new = try DefinitionsExport([0xEF, 0xBB, 0xBF] + (try Export(name: "4.3.0").bytes()))
        #expect(new.version == BrokerVersion(4, 3))
        #expect(new.clusterName == "new")
    }

    @Test func hostsWithoutAnAddressGetPlaceholders() {
        let found = AdoptedHosts(members: ["rabbit@a", "rabbit@b", "bunny@c"]) { $0 == "a" ? "10.0.0.1" : nil }
        #expect(found.hosts.map(\.address) == ["10.0.0.1", "127.0.0.1", "127.0.0.2"])
        #expect(found.notes.count == 2)
    }
}
