import ClusterModel
import HostAccess
import Providers

/// How an agent runs on its host.
public struct AgentSettings: Sendable {
    /// Where the manifest lies on disk; nothing is read there where `git` says where it comes from.
    public var manifestPath: String
    public var git: GitSettings?
    public var statePath: String
    public var context: HostContext
    public var layout: HostLayout
    /// How long a converged host is left alone, before jitter.
    public var resync: Duration
    /// The version of this program.
    public var version: String
    /// How a drift report is written as a file.
    public var rendering: ReportFiles.Rendering

    public init(
        manifestPath: String, git: GitSettings? = nil, statePath: String, context: HostContext,
        layout: HostLayout, resync: Duration = .seconds(300), version: String,
        rendering: @escaping ReportFiles.Rendering
    ) {
        self.manifestPath = manifestPath
        self.git = git
        self.statePath = statePath
        self.context = context
        self.layout = layout
        self.resync = resync
        self.version = version
        self.rendering = rendering
    }
}

/// When the agent looks again by itself.
enum Pace {
    /// - Parameters:
    ///   - failures: how many runs in a row could not be carried through.
    ///   - jitter: from 0 to 1; spreads the agents of many hosts.
    static func pause(after run: RunReport?, failures: Int, resync: Duration, jitter: Double) -> Duration {
        guard let run else { return backoff(failures) }
        let pause = pause(after: run, forResult: failures, resync: resync, jitter: jitter)
        guard let end = run.final.suspensions.map(\.until).min() else { return pause }
        // What is suspended goes on as soon as that ends.
        return min(pause, .seconds(max(0.1, end.seconds(since: run.final.observation.readAt))))
    }

    private static func pause(
        after run: RunReport, forResult failures: Int, resync: Duration, jitter: Double
    ) -> Duration {
        if run.final.isForming { return .seconds(1) }
        if run.final.isHealing { return .seconds(5) }
        switch run.result {
        case .converged where run.final.isWaitingForLinks: return .seconds(5)
        // The own node may lose sight of it later than its agent says so, and the others decide by what this one sees.
        case .converged where run.final.observation.host?.hasTroubledPeer == true:
            return min(resync, .seconds(10))
        case .drifted where run.final.isWaitingForRestart: return min(resync, .seconds(10))
        case .converged: return resync * (0.8 + 0.4 * jitter)
        case .drifted, .stalled: return .seconds(30) * (0.8 + 0.4 * jitter)
        case .failed, .unknown: return backoff(failures)
        }
    }

    private static func backoff(_ failures: Int) -> Duration { .seconds(min(60, 1 << min(failures, 6))) }
}

extension PlannedRun {
    /// The paths of the host's files that Warren looks after and that are there.
    var files: [String] { (observation.readings["file"]?.resources?.keys.map(\.name) ?? []).sorted() }

    /// Whether links or shovels have yet to come up, which is no drift for a while.
    var isWaitingForLinks: Bool { conditions.contains { $0.name == .linksRunning && $0.status == .false } }

    /// Whether the host's node may be repaired or restarted when something has ended or lasted.
    var isHealing: Bool {
        if case .wait? = observation.host?.healing { return true }
        return plan.blocked.contains { $0.guard.name == "one-at-a-time" }
    }

    /// Whether the host's node is to be restarted when something has ended; the peers' news wake a run sooner.
    var isWaitingForRestart: Bool {
        if case .wait? = observation.host?.restart { return true }
        return false
    }

    /// Whether the host waits for its own node or for its peers, which may change at any moment.
    var isForming: Bool {
        let names: Set = ["formation", "starting", "other-host", "incomplete"]
        return plan.blocked.contains { names.contains($0.guard.name) }
    }
}
