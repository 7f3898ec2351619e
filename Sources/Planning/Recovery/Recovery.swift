import ClusterModel

/// Recognises which of the disasters of docs/operations.md this host is in. In doubt it does nothing and says what it
/// would have to know (safety rules 4, 5, 6 and 8).
public struct Recovery: Sendable {
    let input: RecoveryInput

    public init(_ input: RecoveryInput) { self.input = input }

    public var finding: RecoveryFinding {
        if case .running(let view) = input.broker { return online(view) }
        if case .unknown(let reason) = input.broker {
            return .unclear(["what the broker of this host does is not known: \(reason)"])
        }
        if input.broker == .paused { return paused }
        switch input.directory.data {
        case .unreadable:
            return .unclear([
                "\(input.own)'s data directory can't be read: mount its disk, or give it to the account rabbitmq"
            ])
        case .blank, .fresh: return withoutData
        case .present: return withData
        }
    }

    // MARK: The node runs

    private func online(_ view: ClusterView) -> RecoveryFinding {
        let missing = view.members.filter { !view.runningMembers.contains($0) }
        guard view.partitions.values.allSatisfy(\.isEmpty) else {
            return .unclear(["the cluster is partitioned; a recovery would make it worse"])
        }
        let others = view.members.filter { $0 != input.own }
        guard !missing.isEmpty else {
            let silent = others.filter { input.peer($0) == .silent }
            return silent.isEmpty
                ? .nothing("All members run: \(view.members.joined(separator: ", ")).")
                : .unclear([
                    "\(Self.list(silent)): nothing answers there, and this node has not noticed yet; look again when it has, "
                        + "which takes net_ticktime, a minute"
                ])
        }
        let doubts = input.doubts(others) + contradictions(view, others)
        guard doubts.isEmpty else { return .unclear(doubts) }
        let gone = input.gone(missing)
        let returning = missing.filter { !gone.contains($0) }
        if gone.isEmpty {
            return .nothing("\(Self.list(returning)) has its data, and comes back when its agent has started it.")
        }
        guard returning.isEmpty else {
            return .unclear(["\(Self.list(returning)) has its data and does not run yet: wait until it does"])
        }
        let hasMajority = view.runningMembers.count * 2 > view.members.count
        let manifestMajority = input.members.filter(view.runningMembers.contains).count * 2 > input.members.count
        if input.replacesBlank, manifestMajority, gone.allSatisfy({ input.peer($0) != .silent }) {
            return .nothing("A majority runs and \(Self.list(gone)) is blank: the lead's agent replaces it by itself.")
        }
        return forgetting(gone, from: view, hasMajority: hasMajority)
    }

    private func forgetting(_ gone: [String], from view: ClusterView, hasMajority: Bool) -> RecoveryFinding {
        let happened = "\(input.own) runs; \(Self.list(gone)) \(Self.are(gone)) gone."
        let afterwards = Self.newNode(gone)
        switch input.directory.store {
        case _ where hasMajority, .mnesia?:
            return .plan(
                RecoveryPlan(
                    3, happened, losses: losses(gone),
                    steps: gone.map(RecoveryStep.forget)
                        + (view.runningMembers == [input.own] && !hasMajority ? shrinking : []),
                    afterwards: afterwards))
        case .khepri? where view.runningMembers == [input.own]:
            return .plan(
                RecoveryPlan(
                    3, happened, losses: losses(gone),
                    steps: [.suspend, .stopBroker, .beginStart, .standalone] + shrinking + [.resume],
                    afterwards: afterwards))
        case .khepri?:
            return .unclear(["several members run without a majority, and which of them is ahead is not known"])
        case nil: return .unclear([Self.unknownStore])
        }
    }

    /// What members say that does not fit together.
    private func contradictions(_ view: ClusterView, _ others: [String]) -> [String] {
        others.compactMap { node in
            guard case .running(let members, _) = input.peer(node) else {
                return view.runningMembers.contains(node) && !input.peer(node).isUnclear
                    ? "\(node): this node sees it running, and its agent does not" : nil
            }
            guard view.runningMembers.contains(node) else { return "\(node): it runs, and this node does not see it" }
            return Set(members) == Set(view.members) ? nil : "\(node): it counts other members than this node"
        }
    }

    // MARK: The node lives and its application is stopped

    /// A minority that paused itself stays so for as long as the majority is away: for ever, where that is gone.
    private var paused: RecoveryFinding {
        let stopped =
            "\(input.own)'s application is stopped: a partition paused it, which ends by itself when a majority of the "
            + "members is seen again, or a person stopped it"
        guard input.directory.data == .present, input.directory.store == .mnesia,
            let members = input.directory.members, members.contains(input.own)
        else { return .unclear([stopped]) }
        let others = members.filter { $0 != input.own }
        let gone = input.gone(others)
        guard !others.isEmpty, gone == others else { return .unclear([stopped] + input.doubts(others)) }
        let steps = [.suspend, .stopBroker] + gone.map(RecoveryStep.forgetOffline) + [.startBroker]
        return .plan(
            RecoveryPlan(
                input.memory.remembers ? 4 : 5,
                "\(input.own) has its data and is paused, as \(Self.list(gone)) \(Self.are(gone)) gone.",
                losses: losses(gone) + ["What the others confirmed after this node was cut off from them."],
                steps: steps + shrinking + [.resume], afterwards: Self.newNode(gone)))
    }

    // MARK: The node has data and does not run

    private var withData: RecoveryFinding {
        if !input.runningPeers.isEmpty { return besideRunning }
        guard let store = input.directory.store else { return .unclear([Self.unknownStore]) }
        guard let members = input.directory.members ?? (store == .khepri ? khepriMembers : nil) else {
            return .unclear(["the data directory does not say which members the cluster has (cluster_nodes.config)"])
        }
        guard members.contains(input.own) else {
            return .unclear([
                "the data directory is of a cluster of \(members.joined(separator: ", ")), to which \(input.own) "
                    + "does not belong: give this machine the name of the node whose disk it has"
            ])
        }
        let others = members.filter { $0 != input.own }
        let doubts = input.doubts(others)
        guard doubts.isEmpty else { return .unclear(doubts) }
        let gone = input.gone(others)
        guard !gone.isEmpty else {
            return .nothing(
                "All members have their data (scenarios 1 and 2): the agents start them side by side, in whatever "
                    + "order they stopped, and start those again that gave up waiting.")
        }
        let survivors = others.filter { input.peer($0).isDown }
        return store == .mnesia ? mnesia(gone, survivors) : khepri(gone, survivors)
    }

    private func mnesia(_ gone: [String], _ survivors: [String]) -> RecoveryFinding {
        guard let lastRunning = input.directory.lastRunning else {
            return .unclear([
                "the data directory does not say which members ran when it stopped (nodes_running_at_shutdown)"
            ])
        }
        guard lastRunning.contains(where: gone.contains) else {
            return .nothing(
                "\(input.own) does not wait for \(Self.list(gone)) (scenario 3): its agent starts it. When it runs, "
                    + "call warren recover again to forget what is gone.")
        }
        guard !survivors.isEmpty else {
            return .plan(
                plan(
                    4, gone,
                    steps: [.suspend, .stopBroker] + gone.map(RecoveryStep.forgetOffline)
                        + [.startBroker] + shrinking + [.resume]))
        }
        var seen = [input.own: lastRunning]
        for node in survivors {
            guard case .down(let running?) = input.peer(node) else {
                return .unclear(["\(node): its agent does not say which members ran when it stopped"])
            }
            seen[node] = running
        }
        let actor = Self.lastStopped(seen, order: input.members)
        guard actor == input.own else {
            return .byHand("Run warren recover on \(actor)'s host: it stopped later than this one, or as late.")
        }
        return .plan(
            plan(
                4, gone,
                steps: [.suspend, .stopBroker, .forceBoot, .startBroker] + gone.map(RecoveryStep.forget) + [.resume]))
    }

    private func khepri(_ gone: [String], _ survivors: [String]) -> RecoveryFinding {
        let present = survivors.count + 1
        if present * 2 > present + gone.count {
            return .nothing(
                "\(present) of \(present + gone.count) members have their data, which is a majority: the agents start "
                    + "them. When they run, call warren recover again to forget what is gone.")
        }
        guard survivors.isEmpty else {
            return .unclear(["several members are left without a majority, and which of them is ahead is not known"])
        }
        return .plan(plan(4, gone, steps: [.suspend, .beginStart, .standalone] + shrinking + [.resume]))
    }

    private func plan(_ scenario: Int, _ gone: [String], steps: [RecoveryStep]) -> RecoveryPlan {
        let scenario = input.memory.remembers ? scenario : 5
        let disk = input.memory.remembers ? "" : " The disk was put under this machine, which remembers no cluster."
        return RecoveryPlan(
            scenario,
            "\(input.own) has its data and waits for \(Self.list(gone)), which \(Self.are(gone)) gone." + disk,
            losses: losses(gone) + ["Changes that the others made after \(input.own) stopped."], steps: steps,
            afterwards: Self.newNode(gone))
    }

    /// Khepri has no file that a person could read; what Warren remembers, or the manifest, has to do.
    private var khepriMembers: [String] { input.memory.members ?? input.members }

    /// Another cluster goes on without this node, or waits for it.
    private var besideRunning: RecoveryFinding {
        let doubts = input.doubts(input.members.filter { $0 != input.own })
        let counting = input.runningPeers.filter { node in
            if case .running(let members, _) = input.peer(node) { members.contains(input.own) } else { false }
        }
        if counting.count == input.runningPeers.count {
            return .nothing("\(Self.list(counting)) runs and counts \(input.own) as a member: its agent starts it.")
        }
        guard counting.isEmpty, doubts.isEmpty else {
            return .unclear(doubts + ["the members that run do not agree on whether \(input.own) is one"])
        }
        return .plan(
            RecoveryPlan(
                nil, "\(Self.list(input.runningPeers)) runs and has forgotten \(input.own), which still has its data.",
                losses: [
                    "Messages that are in this data directory alone: they leave the cluster with it. The directory is kept.",
                    "Where the running node is the one that was emptied by mistake, this directory is the last good copy: "
                        + "then do not go on.",
                ], steps: [.suspend, .stopBroker, .quarantine(input.own), .resume],
                afterwards: "The agents start \(input.own) blank and make it join."))
    }

    /// What a node that is alone does for its quorum queues, which lack a majority.
    private var shrinking: [RecoveryStep] { input.shrinksQueues ? [.shrinkQueues] : [] }

    // MARK: Words

    private func losses(_ gone: [String]) -> [String] {
        return [
            "Messages of classic queues that were on \(Self.list(gone)) alone, with those queues.",
            "\(Self.list(gone)) for good: if such a machine is only cut off, it must not come back with its old data. "
                + "Warren can't tell a machine that is gone from one that is cut off.",
        ]
    }

    static func newNode(_ gone: [String]) -> String {
        "Set up a machine with an empty disk as \(gone.map(host).joined(separator: ", ")): its agent makes it join. "
            + "Or take it out of the manifest."
    }

    /// Which of the survivors stopped last: it saw none of the others running. After a power cut all saw all, and any
    /// will do: the first of the manifest.
    static func lastStopped(_ seen: [String: [String]], order: [String]) -> String {
        let nodes = order.filter { seen[$0] != nil } + seen.keys.filter { !order.contains($0) }.sorted()
        let alone = nodes.first { node in
            !(seen[node] ?? []).contains { $0 != node && seen[$0] != nil }
        }
        return alone ?? nodes[0]
    }

    static func host(_ node: String) -> String { node.split(separator: "@").last.map(String.init) ?? node }
    static func list(_ nodes: [String]) -> String { nodes.joined(separator: " and ") }
    private static func are(_ nodes: [String]) -> String { nodes.count == 1 ? "is" : "are" }
    private static let unknownStore = "whether the broker keeps its metadata in Mnesia or in Khepri is not known"
}

extension RecoveryInput.Peer {
    var isUnclear: Bool { if case .unclear = self { true } else { false } }
}
