import ClusterModel
import HostAccess
import Planning
import Providers
import ResourceKinds
import StateStore
import Synchronization

/// Hears what is done on this host's node, and sees to it that somebody looks: this agent where it leads, else the lead.
///
/// It supervises the client that reads the stream: started when a run found the node running, ended with the node's
/// process, started again with growing pauses where it ended by itself. What a gap hid is found by the run that each end
/// of the client, and each start, causes.
struct EventListener: Sendable {
    let settings: AgentSettings
    let state: AgentState
    let triggers: Triggers
    let peers: any PeerSource
    let runner: ProcessRunner
    let hints: Hints
    let log: @Sendable (AgentEvent) -> Void
    private let ear = Ear()

    init(
        settings: AgentSettings, state: AgentState, triggers: Triggers, peers: any PeerSource, runner: ProcessRunner,
        hints: Hints, log: @escaping @Sendable (AgentEvent) -> Void
    ) {
        self.settings = settings
        self.state = state
        self.triggers = triggers
        self.peers = peers
        self.runner = runner
        self.hints = hints
        self.log = log
    }

    /// Listens until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await supervise() }
            group.addTask { await tell() }
        }
    }

    /// What a client is bound to: another one of it needs another client.
    struct Source: Hashable, Sendable {
        let process: Int32
        let topology: Bool
        /// Changes when the node was seen not to serve, or said that it goes.
        let generation: Int
    }

    /// Nil while the node is not known to run as a part of the cluster: before it joins it holds nothing of anybody's, and
    /// a client would end with the application that stops for the join.
    private func wanted() -> Source? {
        state.read { shared in
            guard let manifest = shared.manifest, let process = shared.processes[.rabbitmq],
                let node = shared.snapshot.node, node.data == .present,
                node.state.isInService || node.state == .splitOff
            else { return nil }
            let topology: Set<Kind> = ["queue", "exchange", "binding"]
            return Source(
                process: process, topology: manifest.resources.contains { topology.contains($0.id.kind) },
                generation: ear.generation)
        }
    }

    private func supervise() async {
        var backoff = Backoff()
        var last: Source?
        while !Task.isCancelled {
            guard let source = wanted() else {
                last = nil
                try? await Task.sleep(for: .milliseconds(200))
                continue
            }
            if source != last { backoff = Backoff() }
            last = source
            let begun = ContinuousClock.now
            let end = await listen(to: source)
            guard !Task.isCancelled else { return }
            triggers.wake(.event)
            guard let end else { continue }
            let pause = backoff.pause(after: begun.duration(to: .now).seconds)
            log(.streamEnded(end, again: pause))
            await wait(seconds: pause, while: source)
        }
    }

    private func wait(seconds: Double, while source: Source) async {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end, wanted() == source, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Returns why the client ended; nil where it was ended, as it is bound to what is no more.
    private func listen(to source: Source) async -> String? {
        guard let (manifest, installation) = installation() else { return "this host's broker can't be reached" }
        let stream = BrokerEventStream(installation: installation, runner: runner, topology: source.topology)
        let declared = Set(manifest.resources.map(\.id))
        return await withTaskGroup(of: String?.self) { group in
            group.addTask {
                switch await stream.read({ hear($0, declared: declared) }) {
                case .success(let result): "it \(result.status)"
                case .failure(.deadlineExceeded), .failure(.cancelled): nil
                case .failure(let failure): "\(failure)"
                }
            }
            group.addTask {
                let begun = ContinuousClock.now
                var isNew = true
                while wanted() == source, !Task.isCancelled {
                    // The client does not say when it begins to hear; by then it does.
                    if isNew, ContinuousClock.now - begun > Self.start {
                        isNew = false
                        triggers.wake(.event)
                    }
                    try? await Task.sleep(for: .milliseconds(200))
                }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// How long a client takes at most, on a busy host, until it hears.
    private static let start = Duration.seconds(5)

    private func installation() -> (ClusterManifest, BrokerInstallation)? {
        guard let manifest = state.read({ $0.manifest }) else { return nil }
        return (try? settings.context.installation(for: manifest, runner: runner)).map { (manifest, $0) }
    }

    /// Takes what the stream gave. Called from the reader's own thread.
    private func hear(_ items: [BrokerEventStream.Item], declared: Set<ResourceID>) {
        let now = SystemClock.now()
        let isWorking = state.read { $0.isWorking(at: now) }
        var changes: [HostSnapshot.Change] = []
        var unreadable = 0
        for item in items {
            guard case .event(let event) = item else {
                unreadable += 1
                continue
            }
            ear.note(event)
            guard Relevance.matters(event, declared: declared, isWorking: isWorking), ear.isNews(event) else {
                continue
            }
            let author = event.user.map { Author($0, at: event.at) }
            if let resource = event.resource, let author { hints.heard(resource, by: author, at: now) }
            changes.append(HostSnapshot.Change(resource: event.resource, author: author))
        }
        if unreadable > 0, ear.isFirstUnreadable() { log(.unreadableEvents) }
        guard !changes.isEmpty || unreadable > 0 else { return }
        state.update { $0.snapshot.add(changes, unreadable: unreadable) }
        ear.heard(changes.count + unreadable)
    }

    /// Sees to it that somebody looks, when it is time to.
    private func tell() async {
        for await _ in ear.stream {
            while let due = ear.due(), !Task.isCancelled {
                if due > 0 { try? await Task.sleep(for: .seconds(due)) }
                guard ear.take() else { continue }
                if await !tellLead() { triggers.wake(.event) }
            }
        }
    }

    /// Whether another agent leads and knows now. What only the lead may change it alone has to look at.
    private func tellLead() async -> Bool {
        let (manifest, host, lead) = state.read { ($0.manifest, $0.host, $0.snapshot.lead?.host) }
        guard let manifest, let lead, lead != host?.name,
            let peer = manifest.hosts.first(where: { $0.name == lead })
        else { return false }
        return await peers.look(at: peer, port: manifest.status.port)
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// What the listener remembers between lines.
private final class Ear: Sendable {
    private struct Heard {
        var pace = EventPace()
        var generation = 0
        var hasSaid = false
        var deleted: Set<ResourceID> = []
        var links: [ResourceID: String] = [:]
    }

    private let shared = Mutex(Heard())
    private let begun = ContinuousClock.now
    let stream: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation

    init() { (stream, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    private var now: Double { begun.duration(to: .now).seconds }

    var generation: Int { shared.withLock(\.generation) }

    /// A vhost that goes down and was not deleted says that its node goes: the client will hear nothing more, and not
    /// say so.
    func note(_ event: BrokerEvent) {
        guard let vhost = event.resource, ["vhost.down", "vhost.deleted"].contains(event.name) else { return }
        shared.withLock { heard in
            if event.name == "vhost.deleted" {
                heard.deleted.insert(vhost)
            } else if heard.deleted.remove(vhost) == nil {
                heard.generation += 1
            }
        }
    }

    /// A link that can't connect says so every few seconds: only what it did not say before is news.
    func isNews(_ event: BrokerEvent) -> Bool {
        guard let state = event.state, let link = event.resource else { return true }
        return shared.withLock { $0.links.updateValue(state, forKey: link) != state }
    }

    func isFirstUnreadable() -> Bool {
        shared.withLock { heard in
            defer { heard.hasSaid = true }
            return !heard.hasSaid
        }
    }

    func heard(_ events: Int) {
        let now = now
        shared.withLock { $0.pace.heard(events, at: now) }
        sink.yield()
    }

    /// In how many seconds a run is due; nil where nothing waits.
    func due() -> Double? {
        let now = now
        return shared.withLock { $0.pace.due.map { max(0, $0 - now) } }
    }

    func take() -> Bool {
        let now = now
        return shared.withLock { $0.pace.take(at: now) }
    }
}
