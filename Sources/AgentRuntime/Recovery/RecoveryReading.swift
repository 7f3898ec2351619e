import ClusterModel
import HostAccess
import Planning
import Providers
import StateStore

extension RecoveryInput {
    /// Reads all that a recovery is recognised from. It changes nothing.
    ///
    /// - Parameters:
    ///   - answers: what the agents of the other brokers' hosts say, by the host's name.
    ///   - store: nil where nothing is remembered.
    public init(
        host: Host, manifest: ClusterManifest, tools: BrokerTools, layout: HostLayout = .systemd,
        services: any ServiceControl, answers: [String: HostSnapshot], store: StateStore?
    ) async throws {
        var peers: [String: Peer] = [:]
        for other in manifest.brokers where other != host {
            let port = manifest.status.port
            peers[other.nodeName] =
                answers[other.name].map(Peer.init(_:))
                ?? (HostReach.answers(other.address, ports: [port, 25672, 4369, 22])
                    ? .unclear("its host answers and its agent does not") : .silent)
        }
        let known = try store?.cluster()
        let view = known?.view
        self.init(
            members: manifest.members, own: host.nodeName,
            replacesBlank: manifest.membership.replaceBlank == .automatic,
            directory: NodeDirectoryReader.directory(of: host.nodeName, in: layout),
            broker: await Self.broker(tools, services), peers: peers,
            memory: Memory(
                remembers: try store?.remembersCluster(of: manifest, on: host) ?? false, members: view?.members,
                export: try store?.snapshots().first?.id, version: view?.version,
                messages: view?.messages, readAt: known?.readAt))
    }

    static func broker(_ tools: BrokerTools, _ services: any ServiceControl) async -> Broker {
        let state = await services.states(of: [.rabbitmq])[.rabbitmq]?.state ?? .unknown
        do throws(BrokerFailure) {
            return .running(try await BrokerReader(tools: tools).clusterView())
        } catch {
            switch (error, state) {
            case (.booting, _), (.nodeDown, .starting), (.appStopped, .starting): return .booting
            case (.appStopped, _), (.paused, _): return .paused
            case (.nodeDown, .stopped), (.nodeDown, .failed), (.noPortMapper, .stopped), (.noPortMapper, .failed):
                return .stopped
            default: return .unknown("\(error)")
            }
        }
    }
}

extension RecoveryInput.Peer {
    /// What another host's agent says of its node.
    init(_ snapshot: HostSnapshot) {
        guard let node = snapshot.node else {
            self = .unclear("its agent does not say what its node is")
            return
        }
        switch (node.state, node.data) {
        case (.running, _), (.drained, _):
            self =
                node.cluster.map { .running(members: $0.members, runningMembers: $0.runningMembers) }
                ?? .unclear("its node runs and does not say in which cluster")
        case (.noProcess, .blank), (.noProcess, .fresh): self = .blank(remembers: node.everClustered)
        case (.noProcess, .present), (.booting, .present): self = .down(lastRunning: node.lastRunning)
        case (_, .unreadable): self = .unclear("its data directory can't be read")
        default: self = .unclear("its node is \(node.state.rawValue)")
        }
    }
}
