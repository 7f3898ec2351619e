import ClusterModel
import Planning
import ResourceKinds

/// What an agent makes of what it sees, decided by Warren's own code.
struct Decision {
    var moves: [Move] = []
    var blocked: [BlockedAction] = []
    /// What the agent says is not well.
    var complaints: [String] = []
    /// Whether its node is part of the cluster.
    var isMember = false
    /// The identity that it pins now.
    var newPin: UInt8?
    var hearsCluster = false
    var state = NodeState.unknown
    var isRestarting = false
}

/// Asks Warren's decisions: `Formation`, `ClusterIdentity`, `Lead` and `Planner`, put together as `HostScope` and
/// `Reconciler` do.
final class Decider {
    private let rules: Rules
    private let members: [String]
    private var known: [Sight: Decision] = [:]

    init(_ rules: Rules) {
        self.rules = rules
        members = rules.all.map { Self.node($0) }
    }

    /// How many sights were decided.
    var count: Int { known.count }

    func decide(_ sight: Sight) -> Decision {
        if let decision = known[sight] { return decision }
        let decision = decideAnew(sight)
        known[sight] = decision
        return decision
    }

    static func node(_ place: Int) -> String { "rabbit@mq\(place + 1)" }

    private func nodes(_ set: HostSet) -> [String] { set.map { Self.node($0) } }

    private func decideAnew(_ sight: Sight) -> Decision {
        var decision = Decision()
        let own = PeerView(
            node: Self.node(sight.place), data: sight.data, hasSeenCluster: sight.hasSeen,
            isRunning: sight.cluster != nil, members: sight.cluster.map { nodes($0.members) },
            runningMembers: sight.cluster.map { nodes($0.running) })
        let formation = Formation(members: members, own: own, peers: peers(sight))
        decision.hearsCluster = ClusterIdentity.isTold(by: peers(sight), members: members)
        var host = HostView(node: own.node, services: [.rabbitmq: sight.service], start: formation.start)
        host.hasSeenCluster = sight.hasSeen
        let broker = ServiceKind.resource(.rabbitmq, sight.service)
        var readings: [Kind: Reading] = ["service": .known([broker.id: broker])]
        let view = sight.cluster.map { self.view($0, sight) }
        let state = NodeStating.state(nodeReadings(sight, view), own: own.node, members: members, peers: peers(sight))
        (host.nodeState, host.healing) = (state, healing(state, sight, view))
        decideRestart(&host, sight, view)
        (decision.state, decision.isRestarting) = (state, host.configurationResource?["state"] == "restarting")
        if let running = host.configurationResource { readings["configuration"] = .known([running.id: running]) }
        if let node = host.nodeResource(members: members, cluster: view) { readings["node"] = .known([node.id: node]) }
        if let view {
            decision.isMember = formation.isMember(seenIn: view)
            if decision.isMember {
                let identity = ClusterIdentity(
                    members: members, view: view, pinned: sight.pin == 0 ? nil : "\(sight.pin)")
                decision.newPin = identity.newPin.flatMap { UInt8($0) }
                host.otherCluster = identity.problem
                host.blanks = peers(sight).compactMapValues {
                    BlankMember($0, view: view, settings: MembershipSettings()).decision
                }
            } else {
                host.join = formation.join
            }
            let names = formation.members(seenIn: view).map {
                MemberKind.observed($0, isBlank: host.blanks[$0] != nil)
            }
            readings["member"] = .known(Dictionary(uniqueKeysWithValues: names.map { ($0.id, $0) }))
            if let replicas = view.replicas {
                let counted = view.runningMembers.map { ReplicasKind.observed($0, in: replicas) }
                readings["replicas"] = .known(Dictionary(uniqueKeysWithValues: counted.map { ($0.id, $0) }))
            }
        }
        let input = input(view, host, readings)
        let plan = Planner.plan(input)
        decision.complaints = Conditions.all(members: members, observation: input.observation, plan: plan)
            .filter { $0.status != .true && $0.name != .converged }.map { "\($0.name.rawValue): \($0.message)" }
        decision.blocked = plan.blocked
        decision.moves = plan.actions.compactMap { move($0, host) }
        return decision
    }

    private func input(_ view: ClusterView?, _ host: HostView, _ readings: [Kind: Reading]) -> PlanningInput {
        var desired = [ServiceKind.resource(.rabbitmq)]
        for member in members {
            var resource = MemberKind.resource(member)
            if member == host.node, case .seed(let seed)? = host.join { resource.fields["seed"] = .string(seed) }
            if case .forget(let lost?)? = host.blanks[member] { resource.fields["lost"] = .string(lost) }
            desired.append(resource)
        }
        if readings["configuration"] != nil {
            desired.append(ConfigurationKind.resource(host.node ?? "", host.restart))
        }
        if readings["node"] != nil { desired.append(NodeKind.resource(host.node ?? "", host.healing)) }
        desired += members.filter { view?.runningMembers.contains($0) == true }.map { ReplicasKind.resource($0) }
        let cluster = view.map { Observation.ClusterReading.known($0) } ?? .unknown("this host's broker does not run")
        return PlanningInput(
            desired: desired,
            observation: Observation(
                readings: readings, cluster: cluster, host: host, readAt: Timestamp(milliseconds: 0)),
            members: members,
            lead: Lead(members: members, running: view?.runningMembers ?? [], own: host.node),
            inventory: Set(members.map(MemberKind.id)))
    }

    private func nodeReadings(_ sight: Sight, _ view: ClusterView?) -> NodeReadings {
        let application: NodeReadings.Application =
            switch sight.process {
            case _ where sight.isFrozen: .silent
            case .none: .unknown
            case .booting: .booting
            case .running: .running
            case .paused: .paused
            case .stopped: .stopped
            }
        return NodeReadings(
            process: sight.process == .none ? .none : .living, registration: .present, application: application,
            isStarting: sight.service == .starting && !sight.isFrozen, silentSeconds: sight.isFrozen ? Self.long : 0,
            view: view)
    }

    /// As if every state had lasted long enough to be acted on.
    private func healing(_ state: NodeState, _ sight: Sight, _ view: ClusterView?) -> Healing {
        var healing = NodeHealing(own: Self.node(sight.place), members: members, state: state)
        healing.readings = nodeReadings(sight, view)
        healing.peers = peers(sight)
        (healing.seconds, healing.idleSeconds) = (Self.long, Self.long)
        if view?.replicas?.silent(on: healing.own).count ?? 0 > 0 { healing.replicasGoneSeconds = Self.long }
        // What a quorum queue confirmed, a majority has, and a classic queue keeps what it holds.
        healing.holdings = SplitHoldings(messages: 0, queues: [])
        healing.isUnfinished = sight.unfinished == .repair
        return healing.decision
    }

    private func decideRestart(_ host: inout HostView, _ sight: Sight, _ view: ClusterView?) {
        if sight.process != .none { host.configuration = sight.isOutdated ? .outdated(["rabbitmq.conf"]) : .current }
        host.isRestartUnfinished =
            sight.unfinished == .restart
            || sight.unfinished == .repair && [.running, .behind].contains(host.nodeState)
        var restart = RollingRestart(own: Self.node(sight.place), members: members, state: host.nodeState)
        restart.view = view
        restart.configuration = host.configuration
        restart.peers = peers(sight)
        restart.healing = host.healing
        restart.isUnfinished = host.isRestartUnfinished
        host.restart = restart.decision
    }

    /// Seconds, longer than any patience.
    private static let long = 100_000

    private func peers(_ sight: Sight) -> [String: PeerView] {
        var peers: [String: PeerView] = [:]
        for place in rules.all {
            guard let told = sight.peers[place] else { continue }
            let node = Self.node(place)
            var peer = PeerView(
                node: node, data: told.data, hasSeenCluster: told.hasSeen, isRunning: told.isRunning,
                members: told.isRunning ? nodes(told.members) : nil,
                runningMembers: told.isRunning ? nodes(told.running) : nil)
            (peer.state, peer.isRestarting) = (told.state, told.isRestarting)
            peers[node] = peer
        }
        return peers
    }

    private func view(_ cluster: SeenCluster, _ sight: Sight) -> ClusterView {
        let place = sight.place
        return ClusterView(
            version: BrokerVersion(3, 10, 8), clusterName: "c", members: nodes(cluster.members),
            runningMembers: nodes(cluster.running),
            partitions: cluster.parted.isEmpty ? [:] : [Self.node(place): nodes(cluster.parted)],
            identity: cluster.id == 0 ? "alone \(place)" : "\(cluster.id)", isDrained: sight.isDrained,
            replicas: replicas(cluster))
    }

    /// As the script counts them: a queue gets one replica after the other.
    private func replicas(_ cluster: SeenCluster) -> ReplicaView {
        guard let queue = cluster.queue else { return ReplicaView() }
        let name = ReplicaView.Queue(vhost: "/", name: "jobs", type: .quorum)
        let leader = queue.leader == World.nobody ? nil : Self.node(Int(queue.leader))
        let troubled = ReplicaView.Troubled(
            queue: name, leader: leader, members: nodes(queue.members), behind: nodes(queue.behind),
            silent: nodes(queue.silent))
        let isTroubled = leader == nil || !queue.behind.isEmpty || !queue.silent.isEmpty
        let next = leader == nil ? nil : (cluster.running - queue.members).first
        return ReplicaView(
            count: 1, troubled: isTroubled ? [troubled] : [],
            uptimes: Dictionary(uniqueKeysWithValues: cluster.running.map { (Self.node($0), 1) }),
            lacking: next.map { [Self.node($0): .these([name])] } ?? [:])
    }

    /// What an action of the plan does to the world.
    private func move(_ action: Action, _ host: HostView) -> Move? {
        switch action.change {
        case .start(.rabbitmq):
            switch host.start {
            case .start: return .start
            case .found: return .found
            case .startToJoin: return .startToJoin
            case .wait: return nil
            }
        case .membership(.join(let seed, _)):
            return members.firstIndex(of: seed).map { .join(seed: UInt8($0)) }
        case .membership(.forget(let member, _)):
            return members.firstIndex(of: member).map { .forget(UInt8($0)) }
        case .node(let repair):
            let witness = repair.witness.flatMap { members.firstIndex(of: $0) }
            return witness.map { .repair(repair.means, witness: UInt8($0)) }
        case .membership(.grow(let member)):
            return members.firstIndex(of: member).map { .grow(UInt8($0)) }
        default:
            return nil
        }
    }
}
