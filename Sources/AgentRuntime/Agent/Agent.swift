import ClusterModel
import HostAccess
import Planning
import Providers
import StateStore

/// The daemon of one host: one run at a time, for ever.
///
/// It reads the world anew in every run; what wakes it only says when to look.
public actor Agent {
    let settings: AgentSettings
    let runner: ProcessRunner
    let store: StateStore
    let peers: any PeerSource
    let log: @Sendable (AgentEvent) -> Void
    nonisolated let state: AgentState
    nonisolated let triggers = Triggers()
    nonisolated let requests = Requests()
    let hints = Hints()
    nonisolated let peerWatch: PeerWatch
    /// Nil where the manifest lies on disk.
    public nonisolated let commits: CommitWatch?
    /// The last manifest that was valid: it stays in force while the one on disk is not (safety rule 10).
    private var source: ManifestSource?
    let notifier: Notifier
    private let probe = NodeProbe()
    private var failures = 0
    private var lastSentence: String?
    private var lastRefusal: String?
    private var followedByPeers: Set<String> = []
    private var lastGood: LastGoodManifest { LastGoodManifest(memory: settings.statePath.directoryOfPath) }

    public init(
        settings: AgentSettings, store: StateStore, peers: any PeerSource,
        log: @escaping @Sendable (AgentEvent) -> Void
    ) {
        self.settings = settings
        self.store = store
        self.peers = peers
        self.log = log
        runner = ProcessRunner()
        var snapshot = HostSnapshot(host: settings.context.name)
        snapshot.warrenVersion = settings.version
        snapshot.startedAt = SystemClock.now()
        let state = AgentState(snapshot)
        self.state = state
        notifier = Notifier(secrets: SecretReader(environment: settings.context.environment)) { deliveries in
            state.update { $0.snapshot.notifications = deliveries }
        }
        let triggers = triggers
        commits = settings.git.map { git in
            CommitWatch(
                git, host: settings.context.name, memory: settings.statePath.directoryOfPath, store: store, log: log
            ) { change in
                switch change {
                case .inForce: triggers.wake(.commit)
                case .told(let commits, let inForce): state.update { $0.snapshot.tell(commits, inForce: inForce) }
                }
            }
        }
        peerWatch = PeerWatch(state: state, triggers: triggers, peers: peers, hints: hints, store: store)
    }

    /// What the host is and does, as its status server tells it.
    public nonisolated var snapshot: HostSnapshot { state.snapshot }

    /// Makes the agent look now.
    public nonisolated func wake(_ cause: RunCause) { triggers.wake(cause) }

    /// Another agent says that something was done on its node: asks the others what.
    public nonisolated func look() { Task { await peerWatch.look() } }

    /// Reconciles until the task is cancelled.
    public func run() async throws {
        try store.markInterruptedRuns()
        // A ticket of an agent that was killed lets nothing start.
        if settings.context.runtime == .systemd { StartGate().closeAll() }
        let sentinel = Sentinel(settings: settings, state: state, triggers: triggers, peerWatch: peerWatch)
        let listener = EventListener(
            settings: settings, state: state, triggers: triggers, peers: peers, runner: runner, hints: hints, log: log)
        let watching = Task { await sentinel.run() }
        defer { watching.cancel() }
        let listening = Task { await listener.run() }
        defer { listening.cancel() }
        let following = Task { [commits] in await commits?.run() }
        defer { following.cancel() }
        let telling = Task { [state, notifier] in await ConditionWatch(state: state, notifier: notifier).run() }
        defer { telling.cancel() }
        let reports = ReportFiles(store: store, render: settings.rendering)
        let reporting = Task { [state, log] in await reports.run(state, log: log) }
        defer { reporting.cancel() }
        triggers.wake(.boot)
        await withTaskCancellationHandler {
            await reconcileForEver()
        } onCancel: {
            listening.cancel()
        }
        // A client of the event stream must not stay behind, and one whose node is gone does not end by itself.
        listening.cancel()
        await listening.value
    }

    private func reconcileForEver() async {
        for await _ in triggers.stream {
            guard !Task.isCancelled, let cause = triggers.take() else { continue }
            let asked = requests.take()
            let run = await reconcile(cause)
            requests.answer(asked, with: run.map(RunAnswer.init) ?? .failed(lastRefusal ?? lastSentence))
            let pause = Pace.pause(
                after: run, failures: failures, resync: settings.resync, jitter: Double.random(in: 0...1))
            schedule(after: pause)
        }
    }

    private var timer: Task<Void, Never>?

    private func schedule(after pause: Duration) {
        timer?.cancel()
        timer = Task { [triggers, state] in
            let end = ContinuousClock.now + pause
            while ContinuousClock.now < end, !Task.isCancelled {
                state.update { $0.snapshot.aliveAt = SystemClock.now() }
                try? await Task.sleep(for: min(.seconds(5), ContinuousClock.now.duration(to: end)))
            }
            if !Task.isCancelled { triggers.wake(.resync) }
        }
    }

    /// One run; nil where none could be made.
    private func reconcile(_ cause: RunCause) async -> RunReport? {
        state.update { $0.snapshot.aliveAt = SystemClock.now() }
        // Whoever asks for a run means the commit that was just pushed.
        if cause == .request { await commits?.refresh() }
        loadManifest()
        guard let source, let manifest = source.loaded.manifest else { return nil }
        do {
            if let removed = try await removedHost(manifest) { throw HostProblem(removed) }
            let host = try settings.context.host(in: manifest)
            state.update {
                ($0.manifest, $0.host, $0.snapshot.roles) = (manifest, host, host.roles.map(\.rawValue).sorted())
            }
            try store.recordRevision(source.revision, path: source.path, at: SystemClock.now())
            let reconciler = try reconciler(source, manifest, host)
            try await reconciler.claimServices(store)
            state.update { $0.isRunning = true }
            defer { state.update { ($0.isRunning, $0.ranAt) = (false, SystemClock.now()) } }
            let secrets = manifest.secretFiles.flatMap(FileStamp.all)
            let run = try await reconciler.apply(cause: cause, store: store) { _ in }
            publish(run, cause, manifest, host, secrets: secrets)
            await notify(run, cause, manifest)
            if run.actions.isEmpty, cause == .resync || cause == .event, let id = run.id {
                try store.dropRepetition(id)
            }
            return run
        } catch {
            failures += 1
            let sentence = "\(error)"
            if sentence != lastSentence { log(.failed(sentence)) }
            lastSentence = sentence
            return nil
        }
    }

    /// What is to be said of this host where the manifest names it no more.
    private func removedHost(_ manifest: ClusterManifest) async throws -> String? {
        let name = settings.context.name
        guard !manifest.hosts.contains(where: { $0.name == name }) else { return nil }
        let services = try settings.context.services(for: manifest, settings.layout, runner: runner)
        var removed = try await RemovedHost(
            name, from: manifest, store: store, peers: state.peers, services: services
        ) { [runtime = settings.context.runtime] running in
            guard runtime == .supervised else {
                return "systemctl disable --now \((["warren"] + running.map(\.rawValue)).joined(separator: " "))"
            }
            let stop = services.handCommand(.stop, running).joined(separator: " ")
            return "stopping this agent" + (running.isEmpty ? "" : " and then \(stop)")
        }
        let isSuspended = try !store.suspensions().active(at: SystemClock.now()).isEmpty
        await removed?.leaveAddress(to: manifest, services: services, isSuspended: isSuspended)
        guard let sentence = removed?.sentence else { return nil }
        state.update { $0.snapshot.tell(Conditions.removed(sentence)) }
        return sentence
    }

    private func publish(
        _ run: RunReport, _ cause: RunCause, _ manifest: ClusterManifest, _ host: Host, secrets: [FileStamp]
    ) {
        failures = [.failed, .unknown].contains(run.result) ? failures + 1 : 0
        let builder = SnapshotBuilder(manifest: manifest, host: host, layout: settings.layout)
        let applied = (try? store.lastApplied())?.revision
        let revision = source?.revision
        let problem = lastRefusal
        state.update { shared in
            builder.update(&shared.snapshot, with: run, cause: cause, at: SystemClock.now())
            shared.snapshot.tell(Conditions.manifestValid(problem))
            for condition in builder.proxyConditions(shared.snapshot, peers: shared.peers) {
                shared.snapshot.tell(condition)
            }
            shared.snapshot.revision = HostSnapshot.Revision(attempted: revision, applied: applied)
            if let commits = shared.snapshot.commits { shared.snapshot.tell(commits, inForce: revision) }
            shared.processes = run.final.services.compactMapValues(\.pid)
            shared.files = run.final.files.flatMap(FileStamp.all) + secrets
        }
        if !run.actions.isEmpty || run.sentence != lastSentence { log(.ran(run, cause)) }
        lastSentence = run.sentence
    }

    private func loadManifest() {
        if let commits {
            source = commits.inForce
            return followPeers(commits)
        }
        do {
            let loaded = try ManifestSource(path: settings.manifestPath)
            guard loaded.revision != source?.revision else { return }
            guard loaded.loaded.manifest != nil else {
                let errors = loaded.loaded.diagnostics.filter { $0.severity == .error }.map { $0.description.printable }
                return refuse(errors.joined(separator: "; "))
            }
            source = loaded
            lastRefusal = nil
            log(.manifest(revision: loaded.revision))
            try lastGood.keep(loaded)
        } catch {
            refuse("\(error)")
        }
    }

    /// A commit that another host follows and this one never saw is one that this one was not told of.
    private func followPeers(_ commits: CommitWatch) {
        let followed = Set(state.peers.values.compactMap(\.revision.attempted).filter(Commit.isID))
        let unseen = followed.subtracting(followedByPeers)
        followedByPeers = followed
        if unseen.contains(where: { $0 != source?.revision }) { commits.poke() }
    }

    private func refuse(_ problem: String) {
        if source == nil, let kept = lastGood.load() { source = kept }
        let condition = Conditions.manifestValid(problem)
        state.update { $0.snapshot.tell(condition) }
        guard problem != lastRefusal else { return }
        lastRefusal = problem
        log(.refused(problem, isAnotherInForce: source != nil))
    }

    /// Stops what this agent supervises, where its own end is the end of all processes: it is the first of a container.
    public func endServices() async {
        guard ProcessTable.isFirst, settings.context.runtime == .supervised,
            let services = try? settings.context.supervisedServices()
        else { return }
        for service in SupervisedServices.stopOrder { try? await services.stop(service) }
    }

    private func reconciler(
        _ source: ManifestSource, _ manifest: ClusterManifest, _ host: Host
    ) throws -> Reconciler {
        var scope = try settings.context.hostScope(
            host, manifest, layout: settings.layout, runner: runner, peers: { [state] in PeerView.all(state.peers) })
        scope.probe = probe
        scope.writer.restartBegins = { [state] in state.update { $0.snapshot.tellRestart() } }
        return Reconciler(
            manifest: manifest, revision: source.revision, host: host.name, tools: scope.tools, hostScope: scope,
            yieldsToLead: true, secrets: scope.secrets, store: store, processes: { [runner] in runner.started },
            hints: hints, clock: { SystemClock.now() })
    }
}

/// What an agent says while it works.
public enum AgentEvent: Sendable {
    case manifest(revision: String)
    /// A commit came into force.
    case commit(Commit)
    /// The repository can't be asked, and why; nil where it can again.
    case repository(String?)
    /// The manifest on disk, or that of a commit, can't be used.
    case refused(String, isAnotherInForce: Bool)
    case ran(RunReport, RunCause)
    case failed(String)
    /// The client that reads the node's events ended by itself; the next one is started in so many seconds.
    case streamEnded(String, again: Double)
    /// A line of the event stream could not be read; said once.
    case unreadableEvents
    /// The drift report was written as a file, with its path, or could not be.
    case report(Result<String, HostProblem>)
}
