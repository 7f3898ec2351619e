import AgentRuntime
import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import Planning
import ResourceKinds
import TestSupport
import Testing

/// One of the exports beside these tests.
struct Export: CustomTestStringConvertible {
    let name: String
    var testDescription: String { name }

    static let whole = ["3.7.28", "3.8.9", "3.10.8", "3.13.7", "4.0.5", "4.3.0", "hostile"].map(Export.init)

    func bytes() throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        return try FileContent.read("\(folder)/Exports/\(name).json")
    }

    func source() throws -> AdoptionSource {
        let export = try DefinitionsExport(try bytes())
        return AdoptionSource(
            definitions: export.definitions, plugins: ["rabbitmq_shovel"], clusterName: export.clusterName ?? "named",
            hosts: [Host(name: "mq1", address: "10.0.0.1", roles: [.broker])], version: export.version)
    }
}

extension AdoptionSource {
    /// What a reading of the broker with these definitions gives.
    var observation: Observation {
        var readings: [Kind: Reading] = [:]
        for kind in ResourceKinds.inDefinitions {
            readings[kind.kind] = .known(
                Dictionary(kind.observed(in: definitions).map { ($0.id, $0) }, uniquingKeysWith: { _, last in last }))
        }
        readings["cluster-name"] = .known([
            ClusterNameKind.id: Resource(ClusterNameKind.id, ["value": .string(clusterName)])
        ])
        readings["plugins"] = .known(
            [PluginsKind.id: Resource(PluginsKind.id, ["enabled": .array((plugins ?? []).map(JSONValue.string))])])
        let view = ClusterView(
            version: version ?? BrokerVersion(4, 0), clusterName: clusterName, members: ["rabbit@mq1"],
            runningMembers: ["rabbit@mq1"])
        return Observation(readings: readings, cluster: .known(view), readAt: Timestamp(milliseconds: 0))
    }

    /// The plan of a manifest on the broker with these definitions, secrets read from the files that were written.
    func plan(_ manifest: ClusterManifest) throws -> Plan {
        let reader = SecretReader(environment: [:])
        let resolved = try manifest.resources.map { resource in
            Resource(
                resource.id, try resource.fields.mapValues { try $0.resolved(reader) }, declaredBy: resource.declaration
            )
        }
        return Planner.plan(
            PlanningInput(
                desired: resolved, observation: observation, members: manifest.members, mode: manifest.mode,
                prune: manifest.prune, ignore: manifest.ignore))
    }
}

extension JSONValue {
    fileprivate func resolved(_ reader: SecretReader) throws -> JSONValue {
        if let reference = SecretReference(self) { return .string(try reader.read(reference).text) }
        switch self {
        case .array(let values): return .array(try values.map { try $0.resolved(reader) })
        case .object(let members): return .object(try members.mapValues { try $0.resolved(reader) })
        default: return self
        }
    }
}
