import ClusterModel
import HostAccess
import Planning
import Providers
import Rendering
import ResourceKinds
import StateStore

/// All that a run needs to look after its own host.
public struct HostScope: Sendable {
    let host: Host
    let manifest: ClusterManifest
    let layout: HostLayout
    let services: any ServiceControl
    var writer: HostWriter
    /// Nil on a host without a broker.
    public let tools: BrokerTools?
    public let secrets: SecretReader
    /// What the agents of the other brokers say, by node.
    let peers: @Sendable () async -> [String: PeerView]
    /// Remembers from run to run since when the node has been silent.
    var probe = NodeProbe()

    public init(
        host: Host, manifest: ClusterManifest, layout: HostLayout, services: any ServiceControl,
        runner: any ProcessRunning, tools: BrokerTools?, secrets: SecretReader,
        peers: @escaping @Sendable () async -> [String: PeerView]
    ) {
        self.host = host
        self.manifest = manifest
        self.layout = layout
        self.services = services
        self.tools = tools
        self.secrets = secrets
        self.peers = peers
        let files = FileInstaller(layout: layout, services: services, runner: runner) { answer in
            manifest.proxy.map { HAProxyServerState.text(from: answer, for: $0, of: manifest) }
                ?? HAProxyServerState.empty
        }
        writer = HostWriter(
            layout: layout, files: files, services: services, tools: tools, members: manifest.members,
            holder: host.name)
    }

    /// The services that the host's roles ask for.
    public var wanted: [HostService] {
        (host.roles.contains(.broker) ? [.rabbitmq] : [])
            + (host.roles.contains(.proxy) && manifest.proxy != nil ? [.haproxy] : [])
            + (host.roles.contains(.proxy) && manifest.vip != nil ? [.keepalived] : [])
    }

    /// Starts a service because a person asked for it. Whether a blank node may start is for the agents to agree upon.
    public func startByHand(_ service: HostService) async throws {
        if service == .rabbitmq, HostFiles.data(of: host.nodeName, in: layout) != .present {
            throw HostProblem(
                "\(host.nodeName) has no data, and a blank node is started by its agent, once the others agree; "
                    + "start the agent")
        }
        try await services.start(service)
    }

    /// Takes over the services that this host is to run; with a manifest that only observes them, none.
    func claimServices(isSuspended: Bool) async {
        let isOurs = !isSuspended && manifest.mode(of: ServiceKind().modeKey) == .enforce
        await services.claim(isOurs ? Set(wanted) : [])
    }

    /// The states of all services that the host's roles ask for.
    func states() async -> [HostService: ServiceStatus] { await services.states(of: wanted) }

    /// What this host is and what its peers say, with the readings of its own kinds.
    ///
    /// - Parameters:
    ///   - cluster: what the own node told; nil where it does not run.
    ///   - failure: why it told nothing; nil where it was not asked.
    func look(
        cluster: ClusterView?, failure: BrokerFailure?, states: [HostService: ServiceStatus], store: StateStore?,
        at now: Timestamp
    ) async throws(StateStoreError) -> HostLook {
        let broker = states[.rabbitmq]
        let states = states.mapValues(\.state)
        var view = HostView(services: states, recentStarts: try recentStarts(store, at: now))
        view.addressProblem = await addressProblem(states)
        var members: Reading?
        var peerViews: [String: PeerView] = [:]
        if host.roles.contains(.broker) {
            view.node = host.nodeName
            let peers = await peers()
            peerViews = peers
            try store?.rememberCluster(toldBy: peers, of: manifest, at: now)
            let own = try ownView(cluster, store: store)
            view.hasTroubledPeer = manifest.members.contains {
                $0 != host.nodeName && peers[$0]?.state.isInService != true
            }
            let readings = probe.readings(
                of: host.nodeName, service: broker, failure: failure, view: cluster, at: now)
            view.nodeState = NodeStating.state(
                readings, own: host.nodeName, members: manifest.members, peers: peers)
            view.forceLoad = NodeDirectoryReader.forceLoad(of: host.nodeName, in: layout)
            view.healing = try await healing(
                view.nodeState, readings, peers: peers, service: broker, store: store, at: now
            ).unless(view.forceLoad)
            let formation = Formation(members: manifest.members, own: own, peers: peers)
            view.hasSeenCluster = own.hasSeenCluster
            view.start = formation.start
            if let cluster {
                // One that was found to be a member, however it became one, is fresh no more.
                if formation.isMember(seenIn: cluster) { try? AtomicFile.remove(layout.freshMark) }
                if formation.isMember(seenIn: cluster) {
                    view.otherCluster = try otherCluster(cluster, store, at: now)
                    HostFiles.rememberDisk(layout)
                    view.blanks = blanks(among: peers, cluster)
                } else {
                    view.join = formation.join
                }
                members = .known(Self.members(formation.members(seenIn: cluster), blank: Set(view.blanks.keys)))
            }
        }
        var desired = HostDesired(manifest: manifest, host: host, layout: layout, secrets: secrets)
            .resources(
                brokerIsRunning: states[.rabbitmq] == .running, join: view.join, blanks: view.blanks, cluster: cluster)
        var readings: [Kind: Reading] = [
            "file": HostFiles(layout).reading(of: desired.resources.filter { $0.id.kind == "file" }),
            "service": Self.reading(states),
        ]
        readings["member"] = members
        if host.roles.contains(.broker), let files = readings["file"] {
            let wanted = desired.resources.filter { desired.unreadable[$0.id] == nil }
            view.configuration = configuration(broker, wanted, files)
            try decideRestart(&view, cluster, peers: peerViews, store: store, at: now)
        }
        if let running = view.configurationResource {
            desired.resources.append(ConfigurationKind.resource(host.nodeName, view.restart))
            readings["configuration"] = .known([running.id: running])
        }
        if let node = view.nodeResource(members: manifest.members, cluster: cluster) {
            desired.resources.append(NodeKind.resource(host.nodeName, view.healing))
            readings["node"] = .known([node.id: node])
        }
        if let cluster {
            readings["replicas"] = Self.replicas(cluster)
            readings["leaders"] = try leaders(cluster, store: store, at: now)
        }
        return HostLook(view: view, desired: desired, readings: readings)
    }

    private func addressProblem(_ states: [HostService: ServiceState]) async -> String? {
        guard host.roles.contains(.proxy), let vip = manifest.vip else { return nil }
        let isRunning = [.running, .starting].contains(states[.keepalived] ?? .unknown)
        let live = (try? FileContent.read(layout.keepalivedConfiguration)).map { String(decoding: $0, as: UTF8.self) }
        let isItsOwn = live?.contains(" \(vip.address.text)/") == true
        return await AddressCheck(vip: vip, proxies: manifest.proxies, host: host)
            .problem(lookingForStrangers: !isRunning || !isItsOwn)
    }

    /// Why the cluster is not the manifest's. Pins the first one that is.
    private func otherCluster(
        _ view: ClusterView, _ store: StateStore?, at now: Timestamp
    ) throws(StateStoreError) -> String? {
        guard let store else { return nil }
        let identity = ClusterIdentity(
            members: manifest.members, view: view, pinned: try store.pinnedIdentity(of: manifest.name))
        if let pin = identity.newPin { try store.pin(pin, of: manifest.name, at: now) }
        return identity.problem
    }

    private func ownView(_ cluster: ClusterView?, store: StateStore?) throws(StateStoreError) -> PeerView {
        PeerView(
            node: host.nodeName, data: HostFiles.data(of: host.nodeName, in: layout),
            hasSeenCluster: try store?.remembersCluster(of: manifest, on: host) ?? false, isRunning: cluster != nil,
            members: cluster?.members, runningMembers: cluster?.runningMembers)
    }

    /// Starts of an earlier boot do not count: that the host went down is not the service's failure.
    private func recentStarts(_ store: StateStore?, at now: Timestamp) throws(StateStoreError) -> [HostService: Int] {
        guard let store else { return [:] }
        let period = min(SystemClock.uptime() ?? .seconds(3600), .seconds(3600))
        let begin = Timestamp(milliseconds: now.milliseconds - period.components.seconds * 1000)
        var starts: [HostService: Int] = [:]
        // That a broker did not stay up says nothing of it with other files.
        let changed = StartRecord(layout).changedAt(StartRecord.files) ?? begin
        for service in wanted {
            let begin = service == .rabbitmq ? max(begin, changed) : begin
            let begun = try store.begun(on: service.id, since: begin, withFailed: true)
            starts[service] = service == .rabbitmq ? StartBudget.spent(begun, at: now) : begun.count
        }
        return starts
    }

    private static func reading(_ states: [HostService: ServiceState]) -> Reading {
        if let (service, _) = states.first(where: { $0.value == .unknown }) {
            return .unknown("it is not known what \(service.rawValue) does: systemd did not say")
        }
        let resources = states.map { ServiceKind.resource($0.key, $0.value) }
        return .known(Dictionary(resources.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    /// What is to become of members whose disks came back blank.
    private func blanks(among peers: [String: PeerView], _ cluster: ClusterView) -> [String: BlankDecision] {
        peers.compactMapValues { BlankMember($0, view: cluster, settings: manifest.membership).decision }
    }

    private static func members(_ names: [String], blank: Set<String>) -> [ResourceID: Resource] {
        Dictionary(
            names.map { (MemberKind.id($0), MemberKind.observed($0, isBlank: blank.contains($0))) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func replicas(_ cluster: ClusterView) -> Reading {
        guard let replicas = cluster.replicas else {
            return .unknown("how the replicas of queues stand could not be read")
        }
        return .known(
            Dictionary(
                cluster.runningMembers.map { (ReplicasKind.id($0), ReplicasKind.observed($0, in: replicas)) },
                uniquingKeysWith: { first, _ in first }))
    }

    private func leaders(
        _ cluster: ClusterView, store: StateStore?, at now: Timestamp
    ) throws(StateStoreError) -> Reading {
        let id = LeadersKind.id(manifest.name)
        let begin = Timestamp(milliseconds: now.milliseconds - Int64(LeaderBalance.pause) * 1000)
        let isDue = LeaderBalance.isDue(
            cluster, members: manifest.members, settings: manifest.membership,
            attempts: try store?.actionCount(on: id, since: begin) ?? 0)
        let counts = (cluster.replicas?.leaders ?? [:]).sorted { $0.key.precedes($1.key) }
        let gathered = counts.map { "\($0.value) on \($0.key)" }.joined(separator: ", ")
        return .known([id: LeadersKind.resource(manifest.name, gathered: isDue ? gathered : nil)])
    }
}

extension HostContext {
    /// All that a run needs to look after this host.
    public func hostScope(
        _ host: Host, _ manifest: ClusterManifest, layout: HostLayout, runner: any ProcessRunning,
        peers: @escaping @Sendable () async -> [String: PeerView]
    ) throws -> HostScope {
        let tools =
            host.roles.contains(.broker)
            ? BrokerTools(installation: try installation(for: manifest, runner: runner), runner: runner) : nil
        return HostScope(
            host: host, manifest: manifest, layout: layout,
            services: try services(for: manifest, layout, runner: runner),
            runner: runner, tools: tools, secrets: SecretReader(environment: environment), peers: peers)
    }
}

/// What looking at a host gave.
struct HostLook {
    let view: HostView
    let desired: ResolvedResources
    let readings: [Kind: Reading]
}
