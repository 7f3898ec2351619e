import ClusterModel
import HostAccess
import Planning
import Providers
import StateStore

/// Carries out what a person acknowledged. Each step is written down before it is done, and looked at again right before:
/// a recovery that was cut off goes on where it was, or stops because the world is another one.
public struct RecoveryRunner: Sendable {
    /// What became of a step.
    public enum Progress: Sendable {
        case begins(Int, RecoveryStep)
        /// It had taken effect already.
        case wasDone(Int, RecoveryStep)
        case done(Int, RecoveryStep, seconds: Double)
    }

    let host: Host
    let manifest: ClusterManifest
    let tools: BrokerTools
    let services: any ServiceControl
    let layout: HostLayout
    let store: StateStore
    /// Reads everything anew.
    let read: @Sendable () async throws -> RecoveryInput
    /// Tells the agent of this host that something changed, and returns when it has looked.
    let tellAgent: @Sendable () -> Void

    public init(
        host: Host, manifest: ClusterManifest, tools: BrokerTools, services: any ServiceControl,
        layout: HostLayout = .systemd, store: StateStore, read: @escaping @Sendable () async throws -> RecoveryInput,
        tellAgent: @escaping @Sendable () -> Void
    ) {
        self.host = host
        self.manifest = manifest
        self.tools = tools
        self.services = services
        self.layout = layout
        self.store = store
        self.read = read
        self.tellAgent = tellAgent
    }

    /// Does the steps that are not done.
    ///
    /// - Throws: `RecoveryStop` at the first step that is refused or fails. Nothing after it was begun.
    public func carryOut(_ record: RecoveryRecord, telling progress: (Progress) -> Void) async throws {
        for (position, written) in record.steps.enumerated() where !written.isDone {
            guard let step = RecoveryStep(stored: written.step) else {
                throw RecoveryStop("step \(position + 1), \(written.step), is of another version of Warren")
            }
            let begun = SystemClock.now()
            guard begun < record.expiresAt else {
                throw RecoveryStop("the acknowledgement of \(record.author) ran out at \(record.expiresAt.iso8601)")
            }
            let guards = RecoveryGuards(try await read())
            if guards.isDone(step) {
                try store.beginRecoveryStep(position, of: record.id, at: begun)
                try store.endRecoveryStep(position, of: record.id, failure: nil, at: begun)
                progress(.wasDone(position, step))
                continue
            }
            if let refusal = guards.refusal(of: step) {
                throw RecoveryStop("step \(position + 1), \(step.words), is not done: \(refusal)")
            }
            try store.beginRecoveryStep(position, of: record.id, at: begun)
            progress(.begins(position, step))
            do {
                try await act(step, record)
            } catch {
                try store.endRecoveryStep(position, of: record.id, failure: "\(error)", at: SystemClock.now())
                throw RecoveryStop("step \(position + 1), \(step.words), failed: \(error)")
            }
            let ended = SystemClock.now()
            try store.endRecoveryStep(position, of: record.id, failure: nil, at: ended)
            progress(.done(position, step, seconds: Double(ended.milliseconds - begun.milliseconds) / 1000))
        }
    }

    private func act(_ step: RecoveryStep, _ record: RecoveryRecord) async throws {
        switch step {
        case .suspend: try suspend(record)
        case .resume: try resume(record)
        case .stopBroker: try await stopBroker()
        case .startBroker:
            try await services.start(.rabbitmq)
            try await awaitBroker("run", within: .seconds(300), \.isRunning)
        case .beginStart:
            try await services.start(.rabbitmq)
            try await awaitBroker("wait for others", within: .seconds(60)) { $0.isRunning || $0 == .booting }
        case .forget(let node): try await tools.forget(node)
        case .forgetOffline(let node): try await tools.forgetOffline(node)
        case .forceBoot: try await tools.forceBoot()
        case .standalone:
            try await tools.standAlone()
            try await awaitBroker("run", within: .seconds(120), \.isRunning)
        case .shrinkQueues: try await tools.shrinkQueues()
        case .quarantine(let node): _ = try HostFiles.quarantine(node, in: layout, at: SystemClock.now())
        case .forgetCluster:
            try store.forgetCluster(of: manifest.name)
            tellAgent()
        }
    }

    /// A suspension of a person that lasts longer stays.
    private func suspend(_ record: RecoveryRecord) throws {
        let now = SystemClock.now()
        let isLonger = try store.suspensions().active(at: now).contains {
            $0.scope == .host && $0.until > record.expiresAt
        }
        if !isLonger {
            try store.suspend(
                Suspension(
                    .host, author: record.author, reason: Self.reason(record), since: now, until: record.expiresAt))
        }
        tellAgent()
    }

    private func resume(_ record: RecoveryRecord) throws {
        let isOurs = try store.suspensions().contains { $0.scope == .host && $0.reason == Self.reason(record) }
        if isOurs { try store.resume(.host) }
        tellAgent()
    }

    private static func reason(_ record: RecoveryRecord) -> String { "recovery \(record.id): \(record.reason)" }

    /// A node that waits for tables may take longer to stop than its service is given: then systemd kills it.
    private func stopBroker() async throws {
        do {
            try await services.stop(.rabbitmq)
        } catch {
            try await awaitBroker("stop", within: .seconds(60)) { $0 == .stopped }
        }
    }

    private func awaitBroker(
        _ goal: String, within limit: Duration, _ isReached: (RecoveryInput.Broker) -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        var broker = await RecoveryInput.broker(tools, services)
        while !isReached(broker) {
            guard ContinuousClock.now < end else {
                throw RecoveryStop("the broker does not \(goal) after \(limit); see \(services.logHint(of: .rabbitmq))")
            }
            try await Task.sleep(for: .seconds(1))
            broker = await RecoveryInput.broker(tools, services)
        }
    }
}

/// Why a recovery does not go on: a sentence.
public struct RecoveryStop: Error, CustomStringConvertible, Sendable {
    public let description: String
    init(_ description: String) { self.description = description }
}

extension RecoveryInput.Broker {
    var isRunning: Bool { if case .running = self { true } else { false } }
}
