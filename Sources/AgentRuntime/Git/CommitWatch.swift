import ClusterModel
import HostAccess
import Planning
import Providers
import StateStore
import Synchronization

/// Follows a branch: asks the repository at intervals and when told to, and brings into force what may come into force.
///
/// It works beside the runs, which never wait for a repository. What is in force stays so whatever goes wrong here,
/// also after a restart: `LastGoodManifest` remembers it.
public actor CommitWatch {
    let settings: GitSettings
    let host: String
    private let repository: GitRepository
    private let reader: CommitReader
    private let store: StateStore
    private let lastGood: LastGoodManifest
    private let log: @Sendable (AgentEvent) -> Void
    /// Called when another commit is in force, and when what is told of the repository changed.
    private let changed: @Sendable (Change) -> Void
    private nonisolated let manifest: Mutex<ManifestSource?>
    private nonisolated let pokes = Pokes()
    private var commits: HostSnapshot.Commits
    private var lastFetch: ContinuousClock.Instant?
    /// How often the repository was asked.
    private(set) var fetches = 0
    private var checking: Task<Void, Never>?
    private var timer: Task<Void, Never>?

    enum Change: Sendable {
        case inForce
        case told(HostSnapshot.Commits, inForce: String?)
    }

    /// However often it is told to, it asks the repository no more often than this.
    static let leastPause = Duration.seconds(1)
    /// How often it looks for an acceptance of a commit that waits for one.
    private static let acceptancePause = Duration.seconds(2)

    /// - Parameter memory: the folder of the state file.
    init(
        _ settings: GitSettings, host: String, memory: String, store: StateStore,
        runner: any ProcessRunning = ProcessRunner(), log: @escaping @Sendable (AgentEvent) -> Void,
        changed: @escaping @Sendable (Change) -> Void
    ) {
        self.settings = settings
        self.host = host
        self.store = store
        self.log = log
        self.changed = changed
        repository = GitRepository(
            settings.source, access: settings.access, cache: memory + "/git/cache", runner: runner)
        reader = CommitReader(repository: repository, folder: memory + "/git/files")
        lastGood = LastGoodManifest(memory: memory)
        commits = HostSnapshot.Commits(settings.source)
        // Of whatever origin: a host that is moved to another repository keeps its manifest until that one answers.
        manifest = Mutex(lastGood.load())
    }

    /// The manifest that is in force; nil before there ever was one.
    nonisolated var inForce: ManifestSource? { manifest.withLock { $0 } }

    /// Makes it ask the repository soon. Any number of calls within a second are one.
    public nonisolated func poke() { pokes.add() }

    /// Follows the branch until the task is cancelled.
    func run() async {
        tell()
        poke()
        for await _ in pokes.stream {
            guard !Task.isCancelled else { break }
            if pokes.take() || isDue {
                if let last = lastFetch, ContinuousClock.now - last < Self.leastPause {
                    try? await Task.sleep(until: last + Self.leastPause)
                    _ = pokes.take()
                }
                await check()
            } else if let waiting = commits.refused?.commit,
                (try? store.acceptance(of: waiting, at: SystemClock.now())) != nil
            {
                await examine()
                tell()
            }
            schedule()
        }
        timer?.cancel()
    }

    private var isDue: Bool { lastFetch.map { ContinuousClock.now - $0 >= settings.interval * 0.8 } ?? true }

    private func schedule() {
        timer?.cancel()
        let isWaiting = commits.refused.flatMap { CommitRefusal.Reason(rawValue: $0.reason) }?.isAcceptable == true
        let regular = settings.interval * Double.random(in: 0.8...1.2)
        let pause = isWaiting ? min(Self.acceptancePause, regular) : regular
        timer = Task { [pokes] in
            try? await Task.sleep(for: pause)
            if !Task.isCancelled { pokes.tick() }
        }
    }

    /// Asks the repository now and deals with what it says; returns when that is done.
    func refresh() async {
        await checking?.value
        await check()
    }

    private func check() async {
        if let checking { return await checking.value }
        let task = Task { await self.fetchAndExamine() }
        checking = task
        await task.value
        checking = nil
    }

    private func fetchAndExamine() async {
        fetches += 1
        var problem: String?
        do {
            try await repository.fetch()
            commits.checkedAt = SystemClock.now()
        } catch {
            problem = "\(commits.repository) gave no \(commits.branch): \(error)"
        }
        lastFetch = .now
        if problem != commits.problem { log(.repository(problem)) }
        commits.problem = problem
        // What was fetched before a restart may not have been dealt with.
        await examine()
        tell()
    }

    /// Brings the branch's commit into force, or says why not.
    private func examine() async {
        var seen: Commit?
        do {
            guard let commit = try await repository.head() else { return }
            seen = commit
            commits.head = commit.id
            guard commit.id != inForce?.revision else { return commits.refused = nil }
            if let refusal = try await refusalOfHistory(commit) { return refuse(commit, refusal) }
            let source = try await reader.read(commit)
            if let manifest = source.loaded.manifest,
                let refusal = CommitRules.refusal(
                    of: commit, manifest: manifest, inForce: inForce?.loaded.manifest, host: host,
                    isAccepted: isAccepted(commit))
            {
                return refuse(commit, refusal)
            }
            try put(source, commit)
        } catch CommitReader.Failure.unusable(let problem) {
            if let seen { refuse(seen, CommitRules.refusal(of: seen, unusable: problem)) }
        } catch {
            let words = if case CommitReader.Failure.git(let failure) = error { "\(failure)" } else { "\(error)" }
            guard let seen else { return commits.problem = words }
            refuse(seen, CommitRefusal(.unreadable, "commit \(seen.short) could not be read: \(words)"))
        }
    }

    /// What its signature and its descent say against a commit: nothing of it is read before.
    private func refusalOfHistory(_ commit: Commit) async throws -> CommitRefusal? {
        if settings.access.allowedSigners != nil, let words = try await repository.complaint(aboutSignatureOf: commit) {
            return CommitRules.refusal(of: commit, signature: .bad(words))
        }
        var descent = CommitRules.Descent.first
        if let before = inForce, before.path == settings.source.description {
            descent = try await repository.isDescendant(commit, of: before.revision) ? .descends : .rewinds
        }
        return CommitRules.refusal(
            of: commit, descent: descent, inForce: inForce?.revision, isAccepted: isAccepted(commit))
    }

    private func isAccepted(_ commit: Commit) -> Bool {
        (try? store.acceptance(of: commit.id, at: SystemClock.now())) != nil
    }

    private func put(_ source: ManifestSource, _ commit: Commit) throws {
        // In this order: an agent that is killed in between reads the commit once more.
        try lastGood.keep(source)
        try store.recordInForce(commit, of: settings.source.description, at: SystemClock.now())
        // A run that is under way may still read the files of the one before.
        reader.keepOnly([commit.id, inForce?.revision ?? ""])
        manifest.withLock { $0 = source }
        commits.refused = nil
        log(.commit(commit))
        changed(.inForce)
    }

    private func refuse(_ commit: Commit, _ refusal: CommitRefusal) {
        let told = HostSnapshot.Commits.Refused(
            commit: commit.id, reason: refusal.reason.rawValue, message: refusal.message)
        guard told != commits.refused else { return }
        commits.refused = told
        log(.refused(refusal.message, isAnotherInForce: inForce != nil))
        try? store.record(commit, of: settings.source.description, refused: refusal, at: SystemClock.now())
    }

    private func tell() { changed(.told(commits, inForce: inForce?.revision)) }
}

/// Calls that wait to be answered, any number of them as one.
private final class Pokes: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let isWaiting = Mutex(false)

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func add() {
        isWaiting.withLock { $0 = true }
        tick()
    }

    /// Time has passed; nobody called.
    func tick() { continuation.yield() }

    func take() -> Bool {
        isWaiting.withLock { waiting in
            defer { waiting = false }
            return waiting
        }
    }
}
