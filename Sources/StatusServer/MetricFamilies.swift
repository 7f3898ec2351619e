import ClusterModel

extension MetricFamily {
    /// Every metric, in the order in which they are printed. A family without a value at this moment is left out.
    static let all = agent + work + broker + proxy + process

    private static let agent = [
        MetricFamily(
            "warren_info", labels: ["host", "cluster", "version", "mode"], "Always 1; its labels say who this is"
        ) {
            let snapshot = $0.snapshot
            return [
                Sample(
                    1,
                    [snapshot.host, snapshot.cluster ?? "", snapshot.warrenVersion ?? "", snapshot.mode.rawValue])
            ]
        },
        MetricFamily("warren_condition", labels: ["condition"], "1 where the condition is True, 0 False, -1 Unknown") {
            $0.snapshot.conditions.map { Sample(value(of: $0.status), [$0.name]) }
        },
        MetricFamily("warren_converged", "1 while nothing drifts and all is healthy") {
            $0.snapshot.status(.converged).map { [flag($0 == .true)] } ?? []
        },
        MetricFamily("warren_suspended", "1 while nothing is applied because a person suspended it") {
            [flag($0.snapshot.suspendedUntil != nil)]
        },
        MetricFamily("warren_suspended_until_timestamp_seconds", "When the suspension ends by itself") {
            time($0.snapshot.suspendedUntil)
        },
        MetricFamily("warren_lead", "1 while this host's agent is the lead") {
            let host = $0.snapshot.host
            return $0.snapshot.lead.map { [flag($0.host == host)] } ?? []
        },
        MetricFamily("warren_revision_applied", "1 while the manifest in force was applied whole") {
            let revision = $0.snapshot.revision
            return revision.attempted == nil ? [] : [flag(revision.attempted == revision.applied)]
        },
        MetricFamily("warren_last_loop_timestamp_seconds", "When the agent's loop last came round") {
            time($0.snapshot.aliveAt)
        },
        MetricFamily("warren_last_observation_timestamp_seconds", "When the world was last read") {
            time($0.snapshot.observedAt)
        },
    ]

    private static let work = [
        MetricFamily("warren_open_drift", "How many resources are not as the manifest says") {
            [Sample(Double($0.snapshot.totals.drift))]
        },
        MetricFamily("warren_blocked_actions", "How many actions wait for a guard") {
            [Sample(Double($0.snapshot.totals.blocked))]
        },
        MetricFamily("warren_stalled_resources", "How many resources the broker refused and nobody corrected") {
            [Sample(Double($0.snapshot.totals.stalled))]
        },
        MetricFamily("warren_run_total", kind: .counter, labels: ["result"], "How many runs ended with this result") {
            $0.snapshot.runs.byResult.sorted { $0.key.precedes($1.key) }.map { Sample(Double($0.value), [$0.key]) }
        },
        MetricFamily("warren_run_duration_seconds", kind: .summary, "How long runs took") {
            let runs = $0.snapshot.runs
            return [
                Sample(runs.seconds, suffix: "_sum"),
                Sample(Double(runs.byResult.values.reduce(0, +)), suffix: "_count"),
            ]
        },
        MetricFamily(
            "warren_notification_total", kind: .counter, labels: ["receiver", "result"],
            "How many notifications were delivered, failed or dropped"
        ) {
            $0.snapshot.notifications.flatMap { receiver in
                [("delivered", receiver.delivered), ("dropped", receiver.dropped), ("failed", receiver.failed)]
                    .map { Sample(Double($0.1), [receiver.name, $0.0]) }
            }
        },
        MetricFamily("warren_notification_waiting", labels: ["receiver"], "How many notifications wait for delivery") {
            $0.snapshot.notifications.map { Sample(Double($0.waiting), [$0.name]) }
        },
        MetricFamily("warren_last_run_timestamp_seconds", "When the last run ended") { time($0.snapshot.lastRun?.at) },
        MetricFamily("warren_last_run_duration_seconds", "How long the last run took") {
            $0.snapshot.lastRun.map { [Sample($0.seconds)] } ?? []
        },
    ]

    private static let broker = [
        MetricFamily("warren_node_state", labels: ["node", "state"], "1 for the state that this host's node is in") {
            $0.snapshot.node.map { [Sample(1, [$0.name, $0.state.rawValue])] } ?? []
        },
        MetricFamily("warren_node_serves_clients", labels: ["node"], "1 while this host's node takes clients") {
            $0.snapshot.node.map { [Sample($0.servesClients ? 1 : 0, [$0.name])] } ?? []
        },
        MetricFamily("warren_agent_check", labels: ["answer"], "1 for the answer that HAProxy's agent-check is given") {
            $0.snapshot.node?.answer.map { [Sample(1, [$0.word.rawValue])] } ?? []
        },
        MetricFamily("warren_member_up", labels: ["member"], "1 for a member that runs in this node's view") {
            guard let cluster = $0.snapshot.node?.cluster else { return [] }
            return cluster.members.map { Sample(cluster.runningMembers.contains($0) ? 1 : 0, [$0]) }
        },
        MetricFamily("warren_partitioned_members", "How many members have lost sight of another") {
            $0.snapshot.node?.cluster.map { [Sample(Double($0.partitions.count { !$0.value.isEmpty }))] } ?? []
        },
        MetricFamily(
            "warren_links", labels: ["mover", "state"], "How many federation links and shovels are in this state"
        ) {
            ($0.snapshot.node?.cluster?.links ?? [:]).sorted { $0.key.precedes($1.key) }.flatMap { mover, counts in
                Link.State.allCases.map { Sample(Double(counts[$0.rawValue] ?? 0), [mover, $0.rawValue]) }
            }
        },
    ]

    private static let proxy = [
        MetricFamily("warren_service_up", labels: ["service"], "1 while the service of a proxy host runs") {
            guard let proxy = $0.snapshot.proxy else { return [] }
            return [("haproxy", proxy.haproxy), ("keepalived", proxy.keepalived)].filter { $0.1 != .unknown }.map {
                Sample($0.1 == .running ? 1 : 0, [$0.0])
            }
        },
        MetricFamily("warren_vip_held", "1 while this host holds the virtual address") {
            $0.snapshot.proxy?.holdsVIP.map { [flag($0)] } ?? []
        },
        MetricFamily("warren_backend_up", labels: ["listener", "server"], "1 while HAProxy may send clients there") {
            ($0.snapshot.proxy?.backends ?? []).map { Sample($0.isUp ? 1 : 0, [$0.listener, $0.server]) }
        },
    ]

    private static let process = [
        MetricFamily("process_resident_memory_bytes", "Resident memory of the agent") {
            $0.usage.map { [Sample(Double($0.residentBytes))] } ?? []
        },
        MetricFamily("process_cpu_seconds_total", kind: .counter, "User and system time of the agent") {
            $0.usage.map { [Sample($0.cpuSeconds)] } ?? []
        },
        MetricFamily("process_open_fds", "How many files and sockets the agent has open") {
            $0.usage.map { [Sample(Double($0.openFiles))] } ?? []
        },
        MetricFamily("process_start_time_seconds", "When the agent started") { time($0.usage?.startedAt) },
    ]

    private static func flag(_ isSet: Bool) -> Sample { Sample(isSet ? 1 : 0) }

    private static func time(_ moment: Timestamp?) -> [Sample] {
        moment.map { [Sample(Double($0.milliseconds) / 1000)] } ?? []
    }

    private static func value(of status: HostSnapshot.ConditionState.Status) -> Double {
        switch status {
        case .true: 1
        case .false: 0
        case .unknown: -1
        }
    }
}
