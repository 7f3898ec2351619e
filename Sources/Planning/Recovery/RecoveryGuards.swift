import ClusterModel

/// What must hold immediately before a dangerous step, out of readings that were just made (safety rule 8).
public struct RecoveryGuards: Sendable {
    let input: RecoveryInput

    public init(_ input: RecoveryInput) { self.input = input }

    /// Why the step must not be done now; nil where it may.
    public func refusal(of step: RecoveryStep) -> String? {
        switch step {
        case .suspend, .resume, .stopBroker, .startBroker, .beginStart: nil
        case .forget(let node): notGone(node) ?? mustRun
        case .forgetOffline(let node): notGone(node) ?? nobodyRuns ?? mustBeStopped ?? nobodyIsLeft
        case .forceBoot: nobodyRuns ?? mustBeStopped
        case .standalone: nobodyRuns ?? nobodyIsLeft ?? mustWait
        case .shrinkQueues: mustRun ?? mustBeAlone ?? nobodyRuns ?? nobodyIsLeft
        case .quarantine: mustBeStopped ?? mustBeForgotten
        case .forgetCluster: nobodyRuns ?? nobodyIsLeft ?? mustBeBlank
        }
    }

    /// Whether the step has taken effect already, as after a recovery that was cut off.
    public func isDone(_ step: RecoveryStep) -> Bool {
        switch step {
        case .stopBroker: return input.broker == .stopped
        case .startBroker: return view != nil
        case .beginStart: return view != nil || input.broker == .booting
        case .forget(let node): return view.map { !$0.members.contains(node) } ?? false
        case .forgetOffline(let node): return input.directory.members.map { !$0.contains(node) } ?? false
        case .forceBoot: return input.directory.forceLoad != nil
        case .standalone: return view?.members == [input.own]
        case .quarantine: return [.blank, .fresh].contains(input.directory.data)
        case .forgetCluster: return !input.memory.remembers
        case .suspend, .resume, .shrinkQueues: return false
        }
    }

    private var view: ClusterView? {
        if case .running(let view) = input.broker { view } else { nil }
    }

    /// A queue that is shrunk to this node goes on without whoever else has a replica.
    private var mustBeAlone: String? {
        view?.members == [input.own] ? nil : "this node has other members still"
    }

    private func notGone(_ node: String) -> String? {
        input.peer(node).isGone ? nil : "\(node)'s host answers, and does not say that its disk is blank"
    }

    private var nobodyRuns: String? {
        let others = input.peers.keys.sorted { $0.precedes($1) }
        return input.runningPeers.first.map { "\($0) runs" } ?? input.doubts(others).first
    }

    private var nobodyIsLeft: String? {
        input.peers.keys.sorted { $0.precedes($1) }.first { input.peer($0).isDown }.map { "\($0) has its data too" }
    }

    /// `force_boot` on a node that boots says that all is well and fires on the boot after it (failure modes 0.7).
    private var mustBeStopped: String? { input.broker == .stopped ? nil : "the broker of this host is not stopped" }

    private var mustRun: String? { view == nil ? "the broker of this host does not run" : nil }

    private var mustWait: String? {
        switch input.broker {
        case .booting: nil
        case .running(let view) where view.runningMembers == [input.own]: nil
        default: "the broker of this host neither waits for others nor runs alone"
        }
    }

    private var mustBeBlank: String? {
        [.blank, .fresh].contains(input.directory.data) ? nil : "this host has data of a node"
    }

    private var mustBeForgotten: String? {
        guard !input.runningPeers.isEmpty else { return "no member runs that could have forgotten this node" }
        return input.runningPeers.first { node in
            if case .running(let members, _) = input.peer(node) { members.contains(input.own) } else { true }
        }.map { "\($0) counts \(input.own) as a member" }
    }
}
