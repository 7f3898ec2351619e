import ClusterModel
import HostAccess
import Providers
import ResourceKinds
import StateStore

/// A host that Warren looked after before, and that the manifest in force names no more.
struct RemovedHost {
    let name: String
    /// The cluster's name in the manifest.
    let cluster: String
    /// What runs on it.
    private(set) var running: [HostService]
    /// What became of its keepalived; nil where nothing was done.
    private(set) var stopped: String?
    let membership: Membership
    /// What a person says to end these services, and the agent with them.
    let ending: ([HostService]) -> String

    enum Membership {
        /// It had no broker.
        case none
        case member, forgotten
        /// No agent of a member tells.
        case unknown
    }

    /// What is so, and what to do.
    var sentence: String {
        "this host, \(name), is in the manifest of \(cluster) no more, and Warren changes nothing else on it; "
            + [stopped, ofNode, ofServices].compactMap { $0 }.joined(separator: "; ")
    }

    private var node: String { "rabbit@\(name)" }

    private var ofNode: String? {
        switch membership {
        case .none: nil
        case .member:
            "\(node) is still a member, which the lead takes out of the cluster: leave it running until then, or name "
                + "the host in spec.hosts again"
        case .unknown: "whether \(node) is still a member is not known, as no member's agent answers: leave it running"
        case .forgotten:
            "the cluster forgot \(node), whose old data is left in place: move it away before the host is named again"
        }
    }

    private var ofServices: String? {
        let mayStop = membership == .none || membership == .forgotten
        guard mayStop else { return nil }
        guard !running.isEmpty else {
            return "nothing of it runs any more: \(ending([])) ends the agent too"
        }
        let names = running.map(\.rawValue)
        let address = running.contains(.keepalived) ? ", and can take the virtual address" : ""
        return "\(names.joined(separator: " and ")) still \(names.count == 1 ? "runs" : "run")\(address): "
            + "\(ending(running)) ends that"
    }
}

extension RemovedHost {
    /// Stops keepalived where the manifest gives the address to other hosts: with its old file, this one could take it
    /// from them. Nothing is stopped where the manifest names no host that could have it: that may be a mistake.
    ///
    /// - Parameter isSuspended: whether a person said that nothing is to be applied here.
    mutating func leaveAddress(to manifest: ClusterManifest, services: any ServiceControl, isSuspended: Bool) async {
        guard running.contains(.keepalived), manifest.vip != nil, !manifest.proxies.isEmpty, !isSuspended,
            manifest.mode(of: ServiceKind().modeKey) == .enforce
        else { return }
        do throws(ServiceFailure) {
            try await services.stop(.keepalived)
            running.removeAll { $0 == .keepalived }
            stopped = "its keepalived was stopped, as the virtual address belongs to the manifest's proxies"
        } catch {
            stopped = "its keepalived, which must not take the virtual address, could not be stopped: \(error)"
        }
    }

    /// Nil where Warren never brought this host to what a manifest says, so that its name may be wrong.
    ///
    /// - Parameter peers: what the other agents said last, by host.
    init?(
        _ name: String, from manifest: ClusterManifest, store: StateStore, peers: [String: HostSnapshot],
        services: any ServiceControl, ending: @escaping ([HostService]) -> String
    ) async throws {
        guard try store.lastApplied() != nil else { return nil }
        self.name = name
        self.ending = ending
        cluster = manifest.name
        let states = await services.states(of: HostService.allCases)
        running = HostService.allCases.filter { [.running, .starting].contains(states[$0]?.state) }
        let node = "rabbit@\(name)"
        let views = manifest.brokers.compactMap { peers[$0.name]?.node?.cluster }
        if try store.cluster() == nil {
            membership = .none
        } else if views.isEmpty {
            membership = .unknown
        } else {
            membership = views.contains { $0.members.contains(node) } ? .member : .forgotten
        }
    }
}
