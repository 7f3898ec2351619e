import AgentRuntime
import ClusterModel
import StatusServer

/// Asks the agents of a manifest's hosts, all at once.
struct ClusterInquiry {
    /// The path of the manifest that names the hosts.
    let manifest: String
    /// The folder of the state file.
    let memory: String
    /// This host's name.
    let host: String

    /// What they said; nil where none of them answered. It takes a second at most, however many hosts are down.
    func ask() async -> ClusterStatus? {
        // While the manifest on disk is invalid the one before it stays in force.
        let onDisk = (try? ManifestSource(path: manifest))?.loaded.manifest
        guard let manifest = onDisk ?? LastGoodManifest(memory: memory).load()?.loaded.manifest else { return nil }
        let peers = manifest.hosts.map { host in
            PeerClient.Peer(host.name, at: address(of: host, in: manifest), port: manifest.status.port)
        }
        let answers = await PeerClient().snapshots(of: peers)
        guard answers.values.contains(where: { (try? $0.get()) != nil }) else { return nil }
        return ClusterStatus(
            cluster: manifest.name, hosts: manifest.hosts, vip: manifest.vip?.address.text, answers: answers, now: .now)
    }

    /// An agent that tells its own host alone listens on the loopback address.
    private func address(of asked: Host, in manifest: ClusterManifest) -> String {
        asked.name == host && manifest.status.scope == .loopback ? "127.0.0.1" : asked.address
    }
}
