import AgentRuntime
import ClusterModel
import HostAccess
import Planning
import Providers
import ResourceKinds
import StateStore

/// What `warren recover` looks with and works with on this host.
struct RecoveryBench {
    let manifest: ClusterManifest
    let host: Host
    private let tools: BrokerTools
    private let services: SystemdServices

    init(_ manifestOptions: ManifestOptions, _ hostOptions: HostOptions, _ stateOptions: StateOptions) throws {
        let preparation = try Preparation(manifestOptions, hostOptions, orInForce: stateOptions)
        manifest = preparation.manifest
        host = try preparation.context.host(in: manifest)
        tools = BrokerTools(
            installation: try preparation.context.installation(for: manifest, runner: preparation.runner),
            runner: preparation.runner)
        services = SystemdServices(units: SystemdUnits(runner: preparation.runner))
    }

    /// Reads everything that a recovery is recognised from.
    func input(store: StateStore?) async throws -> RecoveryInput {
        try await RecoveryInput(
            host: host, manifest: manifest, tools: tools, services: services,
            answers: await AgentPeers().snapshots(
                of: manifest.brokers.filter { $0 != host }, port: manifest.status.port), store: store)
    }

    /// Imports what an export of the definitions holds and a new cluster may take.
    func restore(_ export: Int64, from store: StateStore) async throws -> RestoreReport {
        guard let text = try store.snapshotDefinitions(export), let parsed = try? JSONValue(parsing: Array(text.utf8)),
            let whole = Definitions(parsed)
        else {
            let kept = try store.snapshots().map { "\($0.id) of \($0.takenAt.iso8601)" }
            throw CommandFailure(
                "this host keeps no export \(export); it keeps "
                    + (kept.isEmpty ? "none" : kept.joined(separator: ", ")))
        }
        let (definitions, leftOut) = whole.restorable
        let refused = try await tools.restore(definitions, members: manifest.members, holder: host.name)
        return RestoreReport(imported: definitions.sections.mapValues { $0.count }, leftOut: leftOut, refused: refused)
    }

    func runner(_ store: StateStore, state: String) -> RecoveryRunner {
        RecoveryRunner(
            host: host, manifest: manifest, tools: tools, services: services, store: store,
            read: { try await input(store: store) }, tellAgent: { _ = AgentNotice.give(state: state) })
    }
}
