import ClusterModel
import HostAccess

/// Carries out what concerns this host alone.
public struct HostWriter: Sendable {
    let layout: HostLayout
    let files: FileInstaller
    let services: any ServiceControl
    /// Nil on a host without a broker.
    let tools: BrokerTools?
    /// The node names of the manifest's brokers.
    let members: [String]
    /// This host's name, in leases.
    let holder: String
    /// Told when the lease on restarts is held and the node is drained next.
    public var restartBegins: @Sendable () -> Void = {}

    public init(
        layout: HostLayout, files: FileInstaller, services: any ServiceControl, tools: BrokerTools?,
        members: [String] = [], holder: String = ""
    ) {
        self.members = members
        self.holder = holder
        self.layout = layout
        self.files = files
        self.services = services
        self.tools = tools
    }

    /// Nil for what is not of this host.
    ///
    /// - Parameter isFresh: whether the node that is started is blank, and to join a cluster as soon as it runs.
    public func carryOut(_ step: Step, isFresh: Bool) async -> StepResult? {
        guard let action = step.actions.first else { return nil }
        switch action.change {
        case .file(let file):
            // What the broker that runs has read can't be told any more once its file is another one.
            if file.reader == .rabbitmq {
                let status = await services.states(of: [.rabbitmq])[.rabbitmq]
                _ = StartRecord(layout).read(by: status)
            }
            let installation = await files.install(file)
            var result = StepResult(installation.outcome, of: action)
            if installation.isRefused { result.refused = [action.resource] }
            return result
        case .start: return await start(step.actions, isFresh: isFresh)
        case .membership(.join): return await join(action)
        case .node(let repair): return await NodeRepairer(self).carryOut(repair, action)
        case .membership, .merge, .remove, .restart, .plugins: return nil
        }
    }

    /// Side by side, as one of them may take long.
    private func start(_ actions: [Action], isFresh: Bool) async -> StepResult {
        let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
            for (index, action) in actions.enumerated() {
                guard case .start(let service) = action.change else { continue }
                group.addTask { (index, await start(service, isFresh: isFresh)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return StepResult(
            outcomes: actions.enumerated().map { ($1.resource, outcomes[$0] ?? .unknown("it was not started")) },
            isItemised: true)
    }

    /// - Parameter isFresh: whether the node is blank, and to join a cluster as soon as it runs.
    private func start(_ service: HostService, isFresh: Bool) async -> Outcome {
        do {
            if service == .rabbitmq, isFresh {
                try AtomicFile.write([], to: layout.freshMark, mode: 0o600)
            }
            try await services.start(service)
            return .succeeded
        } catch {
            return .failed("\(error)")
        }
    }

    private func join(_ action: Action) async -> StepResult {
        guard let tools else { return StepResult(.failed("this host has no broker"), of: action) }
        do {
            let records = try BrokerTools.records(
                await tools.write(BrokerCommand(carryingOut: [action])))
            guard let record = records.text("0") else {
                return StepResult(.unknown("the node did not say how its joining ended"), of: action)
            }
            if record == "ok" {
                try? AtomicFile.remove(layout.freshMark)
                return StepResult(.succeeded, of: action)
            }
            if let holding = MembershipScript.holding(in: record) { return refused(action, holding) }
            return StepResult(Self.outcome(BrokerFailure(record: record)), of: action)
        } catch {
            return StepResult(Self.outcome(error), of: action)
        }
    }

    /// Another try gives the same, until a person has decided.
    private func refused(_ action: Action, _ holding: String) -> StepResult {
        let folder = layout.brokerData + "/" + action.resource.name
        var result = StepResult(
            .failed(
                "the node is not of this cluster and holds \(holding), which joining would discard; where that may go, "
                    + "stop the broker and move \(folder) away: the agent starts it blank, and it joins"),
            of: action)
        result.refused = [action.resource]
        return result
    }

    private static func outcome(_ failure: BrokerFailure) -> Outcome {
        failure.mayHaveTakenEffect ? .unknown(failure.description) : .failed(failure.description)
    }
}
