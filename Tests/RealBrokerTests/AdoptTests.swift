import AgentRuntime
import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import Planning
import Providers
import TestSupport
import Testing

extension RealBrokers {
    @Suite struct AdoptedBroker {
        @Test(arguments: TestBroker.Version.allCases)
        func theFirstPlanIsEmpty(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            try await RichBroker.fill(broker)
            let scratch = try ScratchDirectory("adopt")

            let tools = BrokerTools(installation: broker.installation, runner: broker.runner)
            let found = try await RunningBroker.read(tools, at: Timestamp(milliseconds: 0))
            let hosts = AdoptedHosts(members: found.view.members)
            let adopted = Adoption.adopt(
                AdoptionSource(
                    definitions: found.definitions, plugins: found.plugins, clusterName: found.view.clusterName,
                    hosts: hosts.hosts, version: found.view.version))
            let files = AdoptedFiles(path: scratch.path("warren.yaml"), isForced: false)
            try files.write(adopted, yaml: ManifestWriter.yaml)

            let source = try ManifestSource(path: files.path, brokerVersion: version.release)
            #expect(source.loaded.errors.map(\.description) == [])
            let manifest = try #require(source.loaded.manifest)
            #expect(manifest.name == "rich")
            let run = try await reconciler(manifest, tools).plan()
            #expect(run.plan.openDrift == [])
            #expect(run.plan.steps == [])
            #expect(run.plan.unknown == [:])
            #expect(run.warnings == [])

            let text = String(decoding: try FileContent.read(files.path), as: UTF8.self)
            for secret in RichBroker.secrets { #expect(!text.contains(secret)) }
            #expect(adopted.counts["vhost"] == 10)
            #expect(adopted.counts["user"] == 10)
            #expect(adopted.counts["shovel"] == 1)
            #expect(adopted.counts["upstream-set"] == 1)
            let left = Set(adopted.leftOut.map(\.resource.description))
            #expect(adopted.counts["queue"] == 6)
            // One of them internal, which no export has.
            #expect(adopted.counts["exchange"] == 4)
            #expect(left == ["global-parameter looks-like-a-secret"])
            let nothingElse = run.plan.unmanaged.map(\.resource.description)
            #expect(Set(nothingElse) == left)
            try await broker.reset()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func aBrokerThatNobodyTouchedIsAdoptedToo(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            let tools = BrokerTools(installation: broker.installation, runner: broker.runner)
            let found = try await RunningBroker.read(tools, at: Timestamp(milliseconds: 0))
            let adopted = Adoption.adopt(
                AdoptionSource(
                    definitions: found.definitions, plugins: found.plugins, clusterName: found.view.clusterName,
                    hosts: AdoptedHosts(members: found.view.members).hosts, version: found.view.version))
            let scratch = try ScratchDirectory("adopt")
            let files = AdoptedFiles(path: scratch.path("warren.yaml"), isForced: false)
            try files.write(adopted, yaml: ManifestWriter.yaml)
            let manifest = try #require(try ManifestSource(path: files.path).loaded.manifest)
            let run = try await reconciler(manifest, tools).plan()
            #expect(run.plan.openDrift == [])
            #expect(run.plan.unmanaged == [])
            #expect(adopted.counts == ["user": 1, "permission": 1])
        }

        /// Writes the exports of `Tests/AdoptionTests/Exports` anew.
        @Test(
            .enabled(if: ProcessInfo.processInfo.environment["WARREN_EXPORTS"] != nil),
            arguments: TestBroker.Version.allCases)
        func writesExports(_ version: TestBroker.Version) async throws {
            let folder = try #require(ProcessInfo.processInfo.environment["WARREN_EXPORTS"])
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            // With an upstream set, 3.10.8 can't export at all.
            try await RichBroker.fill(broker, upstreamSets: version == .v4)
            let export = try await broker.rawDefinitions()
            try AtomicFile.write(Array((pretty(export) + "\n").utf8), to: "\(folder)/\(version.release).json")
            try await broker.reset()
        }

        private func pretty(_ document: JSONValue) -> String {
            let sections = (document.object ?? [:]).sorted { $0.key < $1.key }.map { name, value in
                let list = value.array.map { "[\n  " + $0.map(\.description).joined(separator: ",\n  ") + "\n]" }
                return "\(JSONValue.string(name)): \(list ?? value.description)"
            }
            return "{\n" + sections.joined(separator: ",\n") + "\n}"
        }

        private func reconciler(_ manifest: ClusterManifest, _ tools: BrokerTools) -> Reconciler {
            Reconciler(
                manifest: manifest, revision: nil, host: "localhost", tools: tools,
                secrets: SecretReader(environment: [:]),
                store: nil, clock: { Timestamp(milliseconds: 0) })
        }
    }
}
