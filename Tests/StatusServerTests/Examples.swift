import ClusterModel

/// Hosts as an agent would describe them.
enum Examples {
    static let now = Timestamp(iso8601: "2026-11-22T21:00:00.000Z")!

    static func time(_ secondsAgo: Int) -> Timestamp {
        Timestamp(milliseconds: now.milliseconds - Int64(secondsAgo) * 1000)
    }

    /// A broker whose cluster has lost one of three members, with one drift of each sort.
    static var broker: HostSnapshot {
        var snapshot = HostSnapshot(
            host: "mq1", roles: [.broker], cluster: "orders", warrenVersion: "0.1.0", startedAt: time(7300),
            aliveAt: time(1), observedAt: time(12), mode: .enforce, suspendedUntil: time(-3600),
            suspensions: [
                Suspension(.cluster, author: "alice", reason: "<b>disks</b>", since: time(60), until: time(-3600))
            ], observedKinds: ["queues"],
            revision: .init(attempted: "9f31c2d84ab0", applied: "77aa01e5f210"), node: node,
            lead: .init(host: "mq1", generation: 4), conditions: conditions, drift: drift,
            blocked: [
                HostSnapshot.BlockedItem(
                    BlockedAction(
                        .delete, ResourceID("queue", vhost: "orders", name: "late"), guard: .holdsNoMessages,
                        reason: "it holds 12 messages; consume or purge them first"))
            ],
            stalled: [
                HostSnapshot.StalledItem(
                    Stall(
                        ResourceID("policy", vhost: "orders", name: "bounded"),
                        message: "Validation failed: max-length must be an integer", fingerprint: "1", since: time(400))
                )
            ],
            lastRun: lastRun, runs: .init(byResult: ["converged": 40, "stalled": 1], seconds: 61.25))
        snapshot.commits = commits
        var delivery = HostSnapshot.Delivery(name: "chat", waiting: 2, delivered: 40, failed: 1)
        delivery.problem = "it answered with HTTP status 500"
        snapshot.notifications = [delivery]
        return snapshot
    }

    /// A repository that went away after somebody had rewritten its branch.
    private static var commits: HostSnapshot.Commits? {
        guard let source = try? GitSource(repository: "https://git.example.org/orders.git", ref: "main", path: "prod")
        else { return nil }
        var commits = HostSnapshot.Commits(source)
        (commits.checkedAt, commits.head) = (time(900), "77aa01e5f210")
        commits.problem = "https://git.example.org/orders.git gave no main"
        commits.refused = .init(commit: "77aa01e5f210", reason: "Rewinds", message: "the branch was rewritten")
        return commits
    }

    private static var node: HostSnapshot.Node {
        .init(
            name: "rabbit@mq1", state: .running, version: "3.10.8", data: .present, everClustered: true,
            lastRunning: ["rabbit@mq1"],
            cluster: .init(
                name: "orders", id: "rabbitmq-cluster-id-5Xq", members: ["rabbit@mq3", "rabbit@mq1", "rabbit@mq2"],
                runningMembers: ["rabbit@mq1", "rabbit@mq2"], partitions: ["rabbit@mq2": ["rabbit@mq3"]],
                links: ["shovel": ["running": 2, "absent": 1]]),
            servesClients: true, answer: AgentAnswer(.up))
    }

    private static var conditions: [HostSnapshot.ConditionState] {
        [
            .init("Converged", .false, reason: "Drifted", message: "3 resources are not as the manifest says"),
            .init("ManifestValid", .true, reason: "Valid", message: "The manifest is valid"),
            .init("QuorumSafe", .true, reason: "Majority", message: "2 of 3 members run"),
            .init("Unpartitioned", .unknown, reason: "Unreachable", message: "rabbit@mq3 could not be asked"),
        ]
    }

    private static var drift: [HostSnapshot.DriftItem] {
        [
            .init(
                Drift(
                    ResourceID("policy", vhost: "orders", name: "ha-all"),
                    .changed([.init(field: "definition", observed: ["ha-mode": "exactly"], desired: ["ha-mode": "all"])]
                    ))),
            .init(Drift(ResourceID("user", name: "app"), .missing)),
            .init(Drift(ResourceID("vhost", name: "old"), .unexpected(.created))),
        ]
    }

    private static var lastRun: HostSnapshot.LastRun {
        .init(
            id: 41, cause: "event", result: "stalled",
            sentence: "Put back policy orders/ha-all; the broker refuses policy orders/bounded.", at: time(12),
            seconds: 1.25)
    }

    /// A proxy that holds the virtual address.
    static var proxy: HostSnapshot {
        HostSnapshot(
            host: "lb1", roles: [.proxy], cluster: "orders", warrenVersion: "0.1.0", startedAt: time(100),
            aliveAt: time(2), observedAt: time(30), revision: .init(attempted: "9f31c2d84ab0", applied: "9f31c2d84ab0"),
            proxy: .init(
                haproxy: .running, keepalived: .running, holdsVIP: true,
                backends: [
                    .init(listener: "amqp", server: "mq1", status: "UP"),
                    .init(listener: "amqp", server: "mq2", status: "DRAIN"),
                    .init(listener: "amqp", server: "mq3", status: "DOWN (agent)"),
                ]),
            conditions: [
                .init("Converged", .true, reason: "Converged", message: "Nothing drifts and all is healthy"),
                .init("ManifestValid", .true, reason: "Valid", message: "The manifest is valid"),
            ],
            lastRun: .init(
                id: 7, cause: "resync", result: "converged", sentence: "Nothing to do.", at: time(30), seconds: 0.5))
    }

    /// What a hostile manifest or a hostile broker could put into every text.
    static var hostile: HostSnapshot {
        let evil = "<script>alert(1)</script>\"'&\n\u{1B}[31m\u{202E}\\"
        var snapshot = broker
        snapshot.host = evil
        snapshot.cluster = evil
        snapshot.warrenVersion = evil
        snapshot.roles = [evil]
        snapshot.revision = .init(attempted: evil, applied: nil)
        snapshot.lead = .init(host: evil, generation: 1)
        snapshot.conditions = [.init(evil, .false, reason: evil, message: evil)]
        snapshot.drift = [
            .init(
                Drift(
                    ResourceID("policy", vhost: evil, name: evil),
                    .changed([
                        .init(field: evil, observed: .string(evil), desired: [evil: .string(evil)])
                    ])))
        ]
        snapshot.blocked = [
            .init(BlockedAction(.delete, ResourceID("q", name: evil), guard: .other(evil), reason: evil))
        ]
        snapshot.stalled = [.init(Stall(ResourceID("q", name: evil), message: evil, fingerprint: evil, since: now))]
        snapshot.lastRun = .init(id: 1, cause: evil, result: evil, sentence: evil, at: now, seconds: .nan)
        snapshot.node?.name = evil
        snapshot.node?.version = evil
        snapshot.node?.answer = AgentAnswer(.down, reason: evil)
        snapshot.node?.cluster = .init(
            name: evil, id: evil, members: [evil, evil], runningMembers: [evil], partitions: [evil: [evil]])
        snapshot.proxy = .init(
            haproxy: .unknown, keepalived: .stopped,
            backends: [
                .init(listener: evil, server: evil, status: evil), .init(listener: evil, server: evil, status: evil),
            ])
        let change = HostSnapshot.Change(
            resource: ResourceID("policy", vhost: evil, name: evil), author: Author(evil, at: now))
        snapshot.add([change], unreadable: 1)
        snapshot.runs = .init(byResult: [evil: 3], seconds: .infinity)
        return snapshot
    }

    static let all: [(name: String, snapshot: HostSnapshot)] = [
        ("broker", broker), ("proxy", proxy), ("hostile", hostile), ("blank", HostSnapshot(host: "mq9")),
    ]
}
