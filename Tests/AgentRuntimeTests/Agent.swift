import AgentRuntime
import ClusterModel
import Foundation
import HostAccess
import Providers
import StateStore
import Synchronization
import TestSupport

/// A manifest, scripts in place of the broker's tools, and a store: all that a run needs.
final class Agent: Sendable {
    let tools: FakeTools
    let store: StateStore
    let environment: [String: String]
    private let ticks = Mutex(Int64(1_000_000))

    init(store: StateStore? = nil, environment: [String: String] = [:]) throws {
        tools = try FakeTools()
        self.store = try store ?? StateStore.inMemory()
        self.environment = environment
    }

    /// Replaces the manifest; `spec` is indented by two blanks.
    @discardableResult
    func declare(_ spec: String) throws -> String {
        try tools.scratch.write(
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: test }
            spec:
              hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker] }]
            \(spec)
            """, to: "manifest.yaml")
    }

    func reconciler(read: Duration = .seconds(30), write: Duration = .seconds(30), store: StateStore?) throws
        -> Reconciler
    {
        let source = try ManifestSource(path: tools.scratch.path("manifest.yaml"))
        guard let manifest = source.loaded.manifest else {
            throw TestFailure(source.loaded.diagnostics.map(\.description).joined(separator: "\n"))
        }
        return Reconciler(
            manifest: manifest, revision: source.revision, host: "localhost",
            tools: tools.broker(read: read, write: write),
            secrets: SecretReader(environment: environment), store: store,
            clock: { [self] in
                Timestamp(
                    milliseconds: ticks.withLock {
                        $0 += 1; return $0
                    })
            })
    }

    func plan() async throws -> PlannedRun { try await reconciler(store: store).plan() }

    func apply(
        write: Duration = .seconds(30), progress: (RunEvent) -> Void = { _ in }
    ) async throws -> RunReport {
        let source = try ManifestSource(path: tools.scratch.path("manifest.yaml"))
        try store.recordRevision(source.revision, path: source.path, at: Timestamp(milliseconds: 1))
        return try await reconciler(write: write, store: store)
            .apply(cause: .request, store: store, progress: progress)
    }

    /// Makes the next import take effect: what is exported afterwards is `FakeTools.blank` with these sections.
    func importing(_ sections: [String: JSONValue], then body: String = "") throws {
        try tools.set("after", try Self.export(sections))
        try tools.on("import", "cp after export\n\(body)\nanswer")
    }

    static func export(_ sections: [String: JSONValue]) throws -> String {
        let blank = try JSONValue(parsing: Array(FakeTools.blank.utf8)).object ?? [:]
        return JSONValue.object(blank.merging(sections) { $1 }).description
    }

    static func policy(_ name: String, _ definition: JSONValue = ["max-length": 1]) -> JSONValue {
        [
            "vhost": "/", "name": .string(name), "pattern": "^", "apply-to": "queues", "priority": 0,
            "definition": definition,
        ]
    }

    static let policies = """
          policies:
            - { name: one, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }
            - { name: two, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }
        """
    static let one = ResourceID("policy", vhost: "/", name: "one")
    static let two = ResourceID("policy", vhost: "/", name: "two")
}
