import ClusterModel
import HostAccess
import ResourceKinds

/// Restarts one member under the lease on restarts: takes it, lets the member be restarted, waits until that one is
/// caught up, and gives the lease back. Whatever restarts a member goes through this.
struct MemberRestart {
    /// The restarted member's own tools.
    let tools: BrokerTools
    let members: [String]
    /// A running member that looks at the guards.
    let witness: String
    /// The host that asks.
    let holder: String
    /// Stands in the lease.
    let reason: String

    /// How long a member may take until it is caught up; the lease is void soon after that.
    private static let patience = Duration.seconds(240)

    /// - Parameter restart: returns when the member is on its way up.
    func carryOut(
        _ rule: RestartScript.Rule, _ action: Action, _ restart: () async throws(RepairFailure) -> Void
    ) async -> StepResult {
        let node = tools.installation.nodeName
        let lease = Lease(
            holder: holder, seconds: RestartScript.leaseSeconds, name: GlobalParameterKind.restartLease, why: reason)
        let others = tools.reaching(witness)
        do throws(RepairFailure) {
            try await others.tell(RestartScript.acquire(rule, node: node, members: members, lease: lease))
        } catch {
            return Self.blocked(action, "\(witness) says: \(error)")
        }
        do throws(RepairFailure) {
            try await restart()
        } catch {
            try? await others.tell(RestartScript.release(holder: holder, of: node, isCaughtUp: true))
            return error.isUnknown
                ? StepResult(.unknown(error.description), of: action)
                : StepResult(.failed(error.description), of: action)
        }
        return StepResult(await release(node), of: action)
    }

    /// Waits until the member is caught up. Where it takes too long, the lease runs out.
    private func release(_ node: String) async -> Outcome {
        let limit = ContinuousClock.now + Self.patience
        var last = "it did not answer"
        while ContinuousClock.now < limit {
            do throws(RepairFailure) {
                try await tools.tell(RestartScript.release(holder: holder, of: node, isCaughtUp: false))
                return .succeeded
            } catch {
                last = error.description
            }
            try? await Task.sleep(for: .seconds(1))
        }
        return .unknown("it was restarted and is not caught up after \(Self.patience): \(last)")
    }

    private static func blocked(_ action: Action, _ reason: String) -> StepResult {
        var result = StepResult(.failed("not done: \(reason)"), of: action)
        result.blocked = [
            BlockedAction(action.verb, action.resource, guard: .other("one-at-a-time"), reason: reason)
        ]
        return result
    }
}

/// Why a part of a repair was not done: in the broker's words where it has some.
struct RepairFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether it may have been done all the same.
    var isUnknown = false
    /// Whether the node itself kept from it.
    var isRefusal = false

    init(_ description: String) { self.description = description }

    init(_ failure: BrokerFailure) {
        description = failure.description
        isUnknown = failure.mayHaveTakenEffect
    }
}

extension BrokerTools {
    /// The same tools for another member.
    func reaching(_ node: String) -> BrokerTools {
        BrokerTools(
            installation: installation.reaching(node), runner: runner, readDeadline: readDeadline,
            writeDeadline: writeDeadline)
    }

    /// Runs a script that prints one record, which has to be `ok`.
    func tell(_ script: ErlangScript) async throws(RepairFailure) {
        do throws(BrokerFailure) {
            let record = try Self.records(await write(BrokerCommand(script, shown: ""))).text("0")
            guard record != "ok" else { return }
            throw .garbled(record?.printable ?? "it did not say how this ended")
        } catch {
            guard case .garbled(let words) = error else { throw RepairFailure(error) }
            let kept = "keeps "
            var failure = RepairFailure(words.hasPrefix(kept) ? String(words.dropFirst(kept.count)) : words)
            failure.isRefusal = words.hasPrefix(kept)
            throw failure
        }
    }
}

extension BrokerInstallation {
    /// The same tools for another member.
    func reaching(_ node: String) -> BrokerInstallation {
        var environment = environment
        environment["RABBITMQ_NODENAME"] = node
        return BrokerInstallation(
            nodeName: node, toolsDirectory: toolsDirectory, account: account, environment: environment,
            enabledPluginsFile: enabledPluginsFile, exchangeDirectory: exchangeDirectory,
            pluginsDirectory: pluginsDirectory)
    }
}
