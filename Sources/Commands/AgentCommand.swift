import AgentRuntime
import ArgumentParser
import ClusterModel
import Foundation
import HostAccess
import StateStore
import UnixSignals

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "The daemon: reconciles this host, and the cluster where it leads, for ever.",
        discussion: """
            Example:

              warren agent -f /etc/warren/manifest.yaml
              warren agent --git https://git.example.org/orders.git --ref main --path prod/

            It ends on SIGTERM within a second, and reads the manifest again on SIGHUP. One runs on each host, as
            warren.service; a second one exits with a message.
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var gitOptions: GitOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var stateOptions: StateOptions

    @Option(help: ArgumentHelp("How many seconds a converged host is left alone.", valueName: "seconds"))
    var resync = 300

    func validate() throws {
        guard (5...86_400).contains(resync) else { throw ValidationError("--resync is from 5 to 86400 seconds") }
    }

    func run() async throws {
        Signals.ignoreBrokenPipes()
        let lock = try stateOptions.lock()
        defer { withExtendedLifetime(lock) {} }
        let store = try stateOptions.openForWriting()
        let log = AgentLog()
        let context = hostOptions.context()
        let settings = AgentSettings(
            manifestPath: manifestOptions.path, git: try gitOptions.settings(), statePath: stateOptions.state,
            context: context, layout: try context.layout(), resync: .seconds(resync),
            version: WarrenCommand.configuration.version
        ) { report, format in PrintedDriftReport(report: report, listsUnmanaged: false, isFull: true).text(as: format) }
        let notifier = ServiceNotifier(environment: ProcessInfo.processInfo.environment)
        let agent = Agent(settings: settings, store: store, peers: AgentPeers()) { event in
            log.write(event)
            if case .ran(let run, _) = event { try? notifier?.send(.status(run.sentence)) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            group.addTask { try await AgentServers(agent: agent, log: log).run() }
            group.addTask { await Self.answerRequests(agent, log, state: stateOptions.state) }
            if let notifier { group.addTask { await Self.watch(agent, notifier) } }
            group.addTask { await Self.obeySignals(agent, notifier) }
            try? notifier?.send(.ready)
            // The first to end is the one that heard of the end, or one that can't go on.
            defer { group.cancelAll() }
            try await group.next()
            try? notifier?.send(.stopping)
        }
        await agent.endServices()
    }

    /// Returns when the agent is to end.
    private static func obeySignals(_ agent: Agent, _ notifier: ServiceNotifier?) async {
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup) {
            guard signal == .sighup else { return }
            try? notifier?.send(.reloading)
            agent.commits?.poke()
            agent.wake(.commit)
            try? notifier?.send(.ready)
        }
    }

    /// Answers `warren reconcile`. Where it can't, the agent works on all the same.
    private static func answerRequests(_ agent: Agent, _ log: AgentLog, state: String) async {
        do {
            try await AgentSocket.serve(agent, state: state)
        } catch {
            log.write(.error, "warren reconcile can't reach this agent: \(error)")
        }
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    /// Tells systemd that the loop comes round, as long as it does.
    private static func watch(_ agent: Agent, _ notifier: ServiceNotifier) async {
        guard let interval = notifier.watchdogInterval else { return }
        while !Task.isCancelled {
            let alive = agent.snapshot.aliveAt
            if alive.map({ SystemClock.now().seconds(since: $0) < Agent.longestRun }) ?? true {
                try? notifier.send(.alive)
            }
            try? await Task.sleep(for: interval / 3)
        }
        try? await Task.sleep(for: .seconds(1_000_000))
    }
}
