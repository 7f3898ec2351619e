import ClusterModel
import StatusServer

extension ClusterStatusReport {
    var json: JSONValue {
        [
            "source": "agents", "cluster": .string(status.cluster), "state": .string(status.verdict.rawValue),
            "observedAt": .string(status.now.iso8601),
            "suspensions": .array(status.suspensions.map(\.suspension.json)), "versions": strings(status.versions),
            "leads": strings(status.leads), "vip": vipJSON,
            "revisions": .array(
                status.revisions.map { ["revision": .string($0.revision), "hosts": strings($0.hosts)] }),
            "hosts": .array(status.hosts.map(hostJSON)),
            "conditions": .array(
                status.conditions.map { condition, hosts in
                    [
                        "name": .string(condition.name), "status": .string(condition.status.rawValue),
                        "reason": .string(condition.reason),
                        "message": condition.message.map(JSONValue.string) ?? .null, "hosts": strings(hosts),
                    ]
                }),
            "blocked": .array(status.blocked.map(obstacleJSON)), "stalled": .array(status.stalled.map(obstacleJSON)),
        ]
    }

    private var vipJSON: JSONValue {
        guard let vip = status.vip, let holding = status.holding else { return .null }
        let (holders, unknown): ([String], [String]) =
            switch holding {
            case .one(let host): ([host], [])
            case .several(let hosts): (hosts, [])
            case .nobody: ([], [])
            case .untold(let hosts): ([], hosts)
            }
        return ["address": .string(vip), "holders": strings(holders), "unknown": strings(unknown)]
    }

    /// `status` is what the host's `/v1/status` gives.
    private func hostJSON(_ host: Host) -> JSONValue {
        let told = status.snapshot(of: host).flatMap {
            try? JSONValue(parsing: Array(SnapshotJSON.text($0).utf8))
        }
        let reason = status.silent.first { $0.host == host }?.reason
        return [
            "name": .string(host.name), "address": .string(host.address),
            "roles": strings(host.roles.map(\.rawValue).sorted()),
            "noAnswer": reason.map(JSONValue.string) ?? .null, "status": told ?? .null,
        ]
    }

    private func obstacleJSON(_ obstacle: ClusterStatus.Obstacle) -> JSONValue {
        [
            "guard": obstacle.guard.map(JSONValue.string) ?? .null, "reason": .string(obstacle.reason),
            "resources": strings(obstacle.resources), "hosts": strings(obstacle.hosts),
        ]
    }

    private func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
}
