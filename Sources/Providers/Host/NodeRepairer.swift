import ClusterModel
import Glibc
import HostAccess
import ResourceKinds

/// Brings this host's node back, under the lease on restarts.
struct NodeRepairer {
    let host: HostWriter

    init(_ host: HostWriter) { self.host = host }

    func carryOut(_ repair: NodeRepair, _ action: Action) async -> StepResult {
        guard let tools = host.tools else { return StepResult(.failed("this host has no broker"), of: action) }
        guard let witness = repair.witness else {
            do throws(ServiceFailure) {
                try await host.services.startPortMapper()
                return StepResult(.succeeded, of: action)
            } catch {
                return StepResult(.failed("\(error)"), of: action)
            }
        }
        let restart = MemberRestart(
            tools: tools, members: host.members, witness: witness, holder: host.holder, reason: repair.reason)
        return await restart.carryOut(repair.rule, action) { () async throws(RepairFailure) in
            try await act(repair, tools)
        }
    }

    private func act(_ repair: NodeRepair, _ tools: BrokerTools) async throws(RepairFailure) {
        switch repair {
        case .startPortMapper: break
        case .rejoin(let witness, let discards):
            try await keepEvidence(tools, witness)
            try await tools.restart(NodeScript.rejoin(witness: witness, discards: discards != nil))
        case .restoreReplicas: try await tools.restart(NodeScript.restart)
        case .finish: try await tools.restart(NodeScript.finish(members: host.members))
        case .reconfigure:
            host.restartBegins()
            try await tools.restart(NodeScript.drain)
            try await stop()
            try await startAgain()
        case .settle: break
        case .restartPaused:
            try await tools.tell(NodeScript.halt)
            try await startAgain()
        case .killFrozen:
            let status = await host.services.states(of: [.rabbitmq])[.rabbitmq]
            guard let node = NodeProbe.machine(of: status), !ProcessTable.isStopped(node.pid) else {
                throw RepairFailure("its process is not there any more, or a signal stopped it")
            }
            node.signal(SIGKILL)
            try await startAgain()
        }
    }

    private func stop() async throws(RepairFailure) {
        do throws(ServiceFailure) {
            try await host.services.stop(.rabbitmq)
        } catch {
            var failure = RepairFailure("\(error)")
            failure.isUnknown = true
            throw failure
        }
    }

    /// Starts the service as soon as the virtual machine has ended.
    private func startAgain() async throws(RepairFailure) {
        let limit = ContinuousClock.now + .seconds(60)
        while ![.stopped, .failed].contains(await host.services.state(of: .rabbitmq)) {
            guard ContinuousClock.now < limit else { throw RepairFailure("its process did not end within 60 s") }
            try? await Task.sleep(for: .milliseconds(100))
        }
        do throws(ServiceFailure) {
            try await host.services.start(.rabbitmq)
        } catch {
            throw RepairFailure("\(error)")
        }
    }

    /// What the split-off side declares and holds, as it may be stored: a person may want some of it back.
    private func keepEvidence(_ tools: BrokerTools, _ witness: String) async throws(RepairFailure) {
        do {
            let records = try await tools.evaluate(NodeScript.holdings(witness: witness, isWhole: true))
            guard let definitions = records["definitions"].flatMap({ try? JSONValue(parsing: $0) }),
                let holdings = records["holdings"].flatMap({ try? JSONValue(parsing: $0) }),
                let export = Definitions(definitions)
            else { throw RepairFailure("what it declares could not be read, and without that it is not touched") }
            let evidence = JSONValue.object(["definitions": export.redacted.json, "holdings": holdings])
            try SplitEvidence(folder: host.layout.memory).keep(Array("\(evidence)\n".utf8), at: SystemClock.now())
        } catch let failure as RepairFailure {
            throw failure
        } catch {
            throw RepairFailure("the evidence could not be kept: \(error)")
        }
    }
}

extension BrokerTools {
    /// Runs a script that stops or starts the application. Only where it says that it kept from that is nothing done.
    fileprivate func restart(_ script: ErlangScript) async throws(RepairFailure) {
        do throws(RepairFailure) {
            try await tell(script)
        } catch {
            var failure = error
            failure.isUnknown = !failure.isRefusal
            throw failure
        }
    }
}

extension NodeRepair {
    /// What has to hold on the witness.
    fileprivate var rule: RestartScript.Rule {
        switch self {
        case .startPortMapper, .restoreReplicas, .reconfigure, .settle: .whole
        case .rejoin, .finish: .rejoining
        case .restartPaused: .pausedFirst
        case .killFrozen: .without
        }
    }
}
