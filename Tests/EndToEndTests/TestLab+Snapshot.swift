import ClusterModel
import StatusServer
import TestSupport

extension TestLab {
    /// What the host's agent says of it; nil where it does not answer.
    func snapshot(_ host: String) async throws -> HostSnapshot? {
        let address = try plan.host(host).address
        let answer = try await exec(
            "client", ["/usr/bin/curl", "--silent", "--max-time", "3", "http://\(address):15690/v1/status"])
        guard answer.status.isSuccess else { return nil }
        return try? SnapshotJSON.snapshot(Array(answer.output.utf8))
    }
}
