import ClusterModel
import HostAccess
import StateStore

/// Asks the other agents what they know, and wakes a run where that concerns this host.
actor PeerWatch {
    private let state: AgentState
    private let triggers: Triggers
    private let peers: any PeerSource
    private let hints: Hints
    private let store: StateStore
    private var gists: [String: [String]] = [:]
    /// How many changes each host had heard of when it was last asked.
    private var heard: [String: Int] = [:]
    private var isLooking = false
    private var isAskedAgain = false

    init(state: AgentState, triggers: Triggers, peers: any PeerSource, hints: Hints, store: StateStore) {
        self.state = state
        self.triggers = triggers
        self.peers = peers
        self.hints = hints
        self.store = store
    }

    /// How long two looks that others ask for lie apart: whoever reaches the status port may ask.
    private static let pause = Duration.milliseconds(250)

    /// As `ask`, on another agent's request: at once, and then not more often than every `pause`.
    func look() async {
        guard !isLooking else { return isAskedAgain = true }
        isLooking = true
        repeat {
            isAskedAgain = false
            await ask()
            try? await Task.sleep(for: Self.pause)
        } while isAskedAgain
        isLooking = false
    }

    func ask() async {
        let (manifest, host) = state.read { ($0.manifest, $0.host) }
        guard let manifest, let host, manifest.hosts.count > 1 else { return }
        let answers = await peers.snapshots(of: manifest.hosts.filter { $0 != host }, port: manifest.status.port)
        let isTold = answers.values.map(takeChanges).contains(true)
        let now = answers.mapValues(\.gist)
        let isChanged = now != gists
        gists = now
        if isChanged { remember(answers, manifest) }
        let leads = state.read { $0.snapshot.lead?.host == host.name }
        state.update { $0.peers = answers }
        if isChanged || isTold && leads { triggers.wake(.event) }
    }

    /// A run may be starting the node for long: what is told meanwhile is remembered, and told, all the same. A memory that
    /// fails is the next run's to tell.
    private func remember(_ answers: [String: HostSnapshot], _ manifest: ClusterManifest) {
        let views = PeerView.all(answers)
        guard (try? store.rememberCluster(toldBy: views, of: manifest, at: SystemClock.now())) == true else { return }
        state.update { $0.snapshot.node?.everClustered = true }
    }

    /// Whether the host heard of changes since it was last asked.
    private func takeChanges(of peer: HostSnapshot) -> Bool {
        // An agent that heard nothing yet has no changes to tell: its first one is new.
        let changes = peer.changes ?? HostSnapshot.Changes()
        let before = heard.updateValue(changes.heard, forKey: peer.host)
        // An agent that was started anew counts from the beginning.
        let new = changes.heard - (before.map { $0 <= changes.heard ? $0 : 0 } ?? changes.heard)
        let now = SystemClock.now()
        for change in changes.latest.suffix(max(0, new)) {
            if let resource = change.resource, let author = change.author {
                hints.heard(resource, by: author, at: now)
            }
        }
        return new > 0
    }
}

/// Where the snapshots of other hosts come from.
public protocol PeerSource: Sendable {
    /// What the agents of these hosts say, by host; one that does not answer in time is left out.
    func snapshots(of hosts: [Host], port: Int) async -> [String: HostSnapshot]
    /// Tells the agent of a host that something was done on this host's node; whether it heard.
    func look(at host: Host, port: Int) async -> Bool
}

extension PeerSource {
    public func look(at host: Host, port: Int) async -> Bool { false }
}
