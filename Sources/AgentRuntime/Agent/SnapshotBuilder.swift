import ClusterModel
import HostAccess
import Planning
import Providers
import ResourceKinds
import StateStore

/// Makes of a run what the agent tells of its host.
struct SnapshotBuilder {
    let manifest: ClusterManifest
    let host: Host
    let layout: HostLayout

    func update(_ snapshot: inout HostSnapshot, with run: RunReport, cause: RunCause, at now: Timestamp) {
        let final = run.final
        snapshot.cluster = manifest.name
        snapshot.mode = HostSnapshot.Mode(manifest.mode)
        snapshot.suspensions = final.suspensions
        snapshot.suspendedUntil = final.suspensions.first?.until
        snapshot.observedKinds = manifest.observedKinds
        snapshot.observedAt = final.observation.readAt
        snapshot.conditions = final.conditions.map { HostSnapshot.ConditionState($0) }
        let (drift, blocked, stalled) = (final.plan.openDrift, final.plan.blocked, final.plan.stalled)
        snapshot.drift = drift.prefix(HostSnapshot.listLimit).map { HostSnapshot.DriftItem($0) }
        snapshot.blocked = blocked.prefix(HostSnapshot.listLimit).map { HostSnapshot.BlockedItem($0) }
        snapshot.stalled = stalled.prefix(HostSnapshot.listLimit).map { HostSnapshot.StalledItem($0) }
        snapshot.totals = HostSnapshot.Totals(drift: drift.count, blocked: blocked.count, stalled: stalled.count)
        let last = HostSnapshot.LastRun(
            id: Int(run.id ?? 0), cause: cause.rawValue, result: run.result.rawValue, sentence: run.sentence, at: now,
            seconds: run.seconds)
        snapshot.lastRun = last
        snapshot.runs.add(last)
        if host.roles.contains(.broker) { snapshot.node = node(final, before: snapshot.node) }
        if host.roles.contains(.proxy) { snapshot.proxy = proxy(final) }
        let lead = Lead(
            members: manifest.members, running: final.observation.cluster.view?.runningMembers ?? [],
            own: host.nodeName)
        snapshot.lead = manifest.brokers.first { $0.nodeName == lead.node }.map { HostSnapshot.Lead(host: $0.name) }
    }

    /// What is so of the proxies, as far as this host and its peers tell; nothing on a host that is none.
    func proxyConditions(_ snapshot: HostSnapshot, peers: [String: HostSnapshot]) -> [Condition] {
        guard let proxy = snapshot.proxy else { return [] }
        var conditions = [Conditions.backendsUp(proxy.backends)]
        if manifest.vip != nil {
            let all = manifest.proxies.map { ($0.name, $0 == host ? proxy.holdsVIP : peers[$0.name]?.proxy?.holdsVIP) }
            conditions.append(Conditions.vipHeld(Dictionary(all) { first, _ in first }))
        }
        return conditions
    }

    private func node(_ run: PlannedRun, before: HostSnapshot.Node?) -> HostSnapshot.Node {
        let view = run.observation.cluster.view
        let state = run.observation.host?.nodeState ?? .unknown
        let isMember = view != nil && run.observation.host?.join == nil
        let data = HostSnapshot.Node.DataDirectory(HostFiles.data(of: host.nodeName, in: layout))
        var node = HostSnapshot.Node(
            name: host.nodeName, state: state, version: view.map { "\($0.version)" } ?? before?.version,
            data: data, everClustered: run.observation.host?.hasSeenCluster == true,
            lastRunning: view == nil ? NodeDirectoryReader.directory(of: host.nodeName, in: layout).lastRunning : nil,
            cluster: view.map {
                HostSnapshot.Cluster(
                    name: $0.clusterName, id: $0.identity, members: $0.members, runningMembers: $0.runningMembers,
                    partitions: $0.partitions, links: LinkKind.counts(in: run.observation))
            }, servesClients: [.running, .behind].contains(state),
            answer: Answering.answer(state: state, view: view, isMember: isMember, members: manifest.members))
        node.configuration = configuration(run.observation.host)
        return node
    }

    private func configuration(_ host: HostView?) -> HostSnapshot.Node.Configuration {
        if host?.isRestartUnfinished == true { return .restarting }
        return switch host?.configuration {
        case .current?: .current
        case .outdated?: .outdated
        case .unknown?, nil: .unknown
        }
    }

    private func proxy(_ run: PlannedRun) -> HostSnapshot.Proxy {
        func state(_ service: HostService) -> HostSnapshot.Proxy.ServiceState {
            switch run.services[service]?.state {
            case .running: .running
            case nil, .unknown: .unknown
            default: .stopped
            }
        }
        return HostSnapshot.Proxy(
            haproxy: state(.haproxy), keepalived: state(.keepalived),
            holdsVIP: manifest.vip.map { NetworkInterfaces.hold($0.address.address) },
            backends: HAProxyRuntime(socket: layout.haproxySocket).backends())
    }
}

extension HostSnapshot.Node.DataDirectory {
    init(_ data: NodeData) { self = Self(rawValue: data.rawValue) ?? .unknown }
}

extension HostSnapshot {
    /// Replaces what was told of a condition.
    mutating func tell(_ condition: Condition) {
        conditions.removeAll { $0.name == condition.name.rawValue }
        conditions.append(ConditionState(condition))
    }

    /// The own node is restarted for its configuration: until the run has ended, clients are sent elsewhere.
    mutating func tellRestart() {
        node?.configuration = .restarting
        node?.answer = AgentAnswer(.drain, reason: "restarted for its configuration")
    }

    /// Replaces what was told of the repository.
    mutating func tell(_ commits: Commits, inForce: String?) {
        self.commits = commits
        tell(Conditions.commitInForce(commits, inForce: inForce))
    }
}

extension ClusterManifest {
    /// The keys of `spec.modes` whose kinds are only reported, although the manifest is enforced.
    var observedKinds: [String] {
        mode == .observe ? [] : modes.filter { $0.value == .observe }.keys.sorted { $0.precedes($1) }
    }
}
