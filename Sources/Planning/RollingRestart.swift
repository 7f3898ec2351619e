import ClusterModel
import ResourceKinds

/// Decides whether this host's node is restarted, so that it reads its configuration. Total: whatever is unknown leads to
/// no restart. All members decide alike, and the lease on restarts lets one of them at a time do it.
public struct RollingRestart: Sendable {
    /// How often a node is restarted within an hour for one and the same configuration (safety rule 9).
    public static let restartsPerHour = 3

    public var own: String
    /// Those of the manifest, in its order.
    public var members: [String]
    public var state: NodeState
    /// The cluster as the node sees it; nil where it does not run.
    public var view: ClusterView?
    /// Nil where no node runs.
    public var configuration: RunningConfiguration?
    /// What the agents of the other members say, by node.
    public var peers: [String: PeerView] = [:]
    /// Whether the node is to be repaired, which comes first.
    public var healing = Healing.none
    public var settings = MembershipSettings.Restarts.automatic
    /// Whether the last restart of this node did not say how it ended.
    public var isUnfinished = false
    /// Restarts of this node for the configuration that is on disk, within the last hour.
    public var restarts = 0

    public init(own: String, members: [String], state: NodeState) {
        self.own = own
        self.members = members
        self.state = state
    }

    public var decision: Healing {
        guard state.isInService, let view, let files else { return .none }
        if isUnfinished { return unfinished(files, view) }
        guard !files.isEmpty else { return .none }
        if let refusal = refusal(files.joined(separator: ", ")) { return refusal }
        if case .drained = state {
            return .wait("it is in maintenance; it is restarted after rabbitmq-upgrade revive")
        }
        return obstacle(view).map { .wait($0) } ?? witness.map { .do(.reconfigure(witness: $0)) } ?? .none
    }

    /// The files that it has to read; nil where that is not known, unless a restart was begun.
    private var files: [String]? {
        switch configuration {
        case .outdated(let files)?: files
        case .current?: []
        case .unknown?, nil: isUnfinished ? [] : nil
        }
    }

    private var witness: String? { members.first { $0 != own } }

    /// One that was cut off after the drain is done again from its first step, and one that came up is only watched. What
    /// was cut off there was no restart, and the node serves nobody until there is one: however often, it goes on.
    private func unfinished(_ files: [String], _ view: ClusterView) -> Healing {
        if let obstacle = obstacle(view, ofOwn: false) { return .wait(obstacle) }
        guard let witness else { return .none }
        guard state == .drained || !files.isEmpty else { return .do(.settle(witness: witness)) }
        return refusal(files.joined(separator: ", ")) ?? .do(.reconfigure(witness: witness))
    }

    private func refusal(_ files: String) -> Healing? {
        let due = files.isEmpty ? "a restart is due" : "a restart is due, so that it reads \(files)"
        guard members.count > 2 else {
            let lost = members.count == 1 ? "there is no other broker" : "one of two brokers is no majority"
            return .refuse(
                "\(due), and \(lost): it interrupts all clients",
                wayOut: "restart RabbitMQ on this host by hand when that may be")
        }
        guard settings == .automatic else {
            return .refuse(
                "\(due), and spec.membership.restarts is ask",
                wayOut: "restart RabbitMQ on this host by hand when no other member is down, or write automatic")
        }
        guard restarts < Self.restartsPerHour || isUnfinished && state == .drained else {
            return .refuse(
                "it was restarted \(restarts) times within an hour for this configuration and still does not run with it",
                wayOut: "see its log, and restart it by hand")
        }
        return nil
    }

    /// What has to end first; the member that is asked for the lease looks at all of it again.
    private func obstacle(_ view: ClusterView, ofOwn: Bool = true) -> String? {
        // The followers of queues that a drain stopped are no fault.
        let isDrainedByUs = isUnfinished && state == .drained
        guard healing == .none || isDrainedByUs else { return "its own repair comes first" }
        if let down = members.first(where: { !view.runningMembers.contains($0) }) { return "\(down) does not run" }
        guard view.partitions.isEmpty else { return "the members report a partition" }
        if let alarm = view.alarms.first { return "an alarm is on: \(alarm)" }
        for member in members where member != own {
            // Two that were cut off must not wait for each other.
            if !isUnfinished, peers[member]?.isRestarting == true { return "\(member) is being restarted" }
            switch peers[member]?.state {
            case nil, .unknown?: return "the agent of \(member) did not say how its node is"
            case .running?: continue
            case .behind?: return "\(member) is catching up"
            case .drained?: return "\(member) is in maintenance, or on its way to a restart"
            case .some: return "\(member) is not in service"
            }
        }
        guard let replicas = view.replicas else { return "how the replicas of queues stand could not be read" }
        if ofOwn, replicas.incomplete(on: own).count > 0 { return "it is catching up itself" }
        return nil
    }
}

extension HostView {
    /// What the node runs with, as a resource; nil where it is not in service, or that is not known.
    public var configurationResource: Resource? {
        guard let node, nodeState.isInService else { return nil }
        if isRestartUnfinished, configuration != nil { return ConfigurationKind.observed(node, .restarting) }
        switch configuration {
        case .outdated?: return ConfigurationKind.observed(node, .outdated)
        case .current?: return ConfigurationKind.observed(node, .current)
        case .unknown?, nil: return nil
        }
    }
}

extension Conditions {
    /// Whether the node runs with the configuration that the manifest makes, and if not, what its restart waits for.
    public static func configurationInForce(_ host: HostView) -> Condition? {
        guard let node = host.node else { return nil }
        func condition(_ status: Condition.Status, _ reason: String, _ message: String) -> Condition {
            Condition(.configurationInForce, status, reason: reason, "\(node) \(message)")
        }
        if host.isRestartUnfinished, host.configuration != nil {
            return condition(.false, "Restarting", "was restarted for its configuration" + waiting(host.restart))
        }
        switch host.configuration {
        case nil: return condition(.true, "NotRunning", "does not run, and reads its files when it starts")
        case .current?: return condition(.true, "Current", "runs with the configuration of the manifest")
        case .unknown(let reason)?:
            return condition(.unknown, "Unseen", "may run with another configuration than the manifest's: \(reason)")
        case .outdated(let files)?:
            return condition(
                .false, "RestartDue",
                "runs with an older \(files.joined(separator: " and ")); a restart is due" + waiting(host.restart))
        }
    }

    private static func waiting(_ restart: Healing) -> String {
        switch restart {
        case .none: ""
        case .do: ", and next"
        case .wait(let reason): ", and waits: \(reason)"
        case .refuse(let reason, let wayOut): "; \(reason): \(wayOut)"
        }
    }
}
