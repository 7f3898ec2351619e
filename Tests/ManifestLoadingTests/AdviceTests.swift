import ClusterModel
import ManifestLoading
import Testing

@Suite("Advice")
struct AdviceTests {
    @Test("is not given for the examples", arguments: try manifests(in: "manifests"))
    func examples(path: String) throws {
        let manifest = try #require(ManifestLoader.load([try file(path)]).manifest)
        #expect(Advice.warnings(for: manifest).map(\.description) == [])
    }

    /// One manifest that departs from one rule, and where it does.
    struct Case: Sendable, CustomTestStringConvertible {
        let anchor: String
        let place: String
        let change: Cluster
        var testDescription: String { "\(anchor) at \(place)" }
    }

    /// A cluster of which every rule approves, and what differs.
    struct Cluster: Sendable {
        var brokers = 3
        var proxies = 2
        var environment = ""
        var config = "cluster_partition_handling: pause_minority, disk_free_limit.absolute: 2GB"
        var more = "mode: enforce"
        var listener = "check: agent"
        var stats = "user: admin, password: { fromFile: s }"
        var timeouts = ""
        var vip: String? = ""
        var address = "10.0.0.100/24"

        var text: String {
            let hosts =
                (1...brokers).map { "    - { name: mq\($0), address: 10.0.0.\($0), roles: [broker] }" }
                + (1...proxies).map { "    - { name: lb\($0), address: 10.0.0.2\($0), roles: [proxy] }" }
            return """
                apiVersion: warren/v1
                kind: Cluster
                metadata: { name: test }
                spec:
                  \(more)
                  broker: { plugins: [rabbitmq_stomp], environment: { \(environment) }, config: { \(config) } }
                  proxy:
                    listeners: [{ name: amqp, port: 5672, backendPort: 5672, \(listener) }]
                    stats: { port: 8100, \(stats) }
                    timeouts: { \(timeouts) }
                  \(vip.map { "vip: { address: \(address), interface: eth0, virtualRouterId: 51, \($0) }" } ?? "prune: {}")
                  hosts:
                \(hosts.joined(separator: "\n"))
                """
        }
    }

    private static let base = Cluster().config
    static let cases = [
        Case(anchor: "partition-handling", place: "6:59", change: Cluster(config: "disk_free_limit.absolute: 2GB")),
        Case(
            anchor: "partition-handling", place: "6:69",
            change: Cluster(config: "cluster_partition_handling: ignore, disk_free_limit.absolute: 2GB")),
        Case(
            anchor: "partition-handling", place: "6:69",
            change: Cluster(config: "cluster_partition_handling: autoheal, disk_free_limit.absolute: 2GB")),
        Case(anchor: "number-of-brokers", place: "13:5", change: Cluster(brokers: 2)),
        Case(anchor: "number-of-brokers", place: "13:5", change: Cluster(brokers: 4)),
        Case(
            anchor: "memory-watermark", place: "6:144",
            change: Cluster(config: base + ", vm_memory_high_watermark.relative: 0.71")),
        Case(
            anchor: "disk-limit", place: "6:59", change: Cluster(config: "cluster_partition_handling: pause_minority")),
        Case(
            anchor: "disk-limit", place: "6:69",
            change: Cluster(config: "disk_free_limit.absolute: 953MiB, cluster_partition_handling: pause_minority")),
        Case(anchor: "heartbeat", place: "6:144", change: Cluster(config: base + ", heartbeat: 0")),
        Case(anchor: "heartbeat", place: "6:144", change: Cluster(config: base + ", heartbeat: 4")),
        Case(anchor: "net-tick-time", place: "6:144", change: Cluster(config: base + ", net_ticktime: 9")),
        Case(anchor: "net-tick-time", place: "6:144", change: Cluster(config: base + ", net_ticktime: 121")),
        Case(
            anchor: "mirroring", place: "5:62",
            change: Cluster(
                brokers: 5,
                more: "policies: [{ name: a, vhost: /, pattern: '', definition: { ha-mode: all } }]")),
        Case(anchor: "guest", place: "6:144", change: Cluster(config: base + ", loopback_users: none")),
        Case(anchor: "guest", place: "6:144", change: Cluster(config: base + ", loopback_users.guest: false")),
        Case(anchor: "definitions-at-boot", place: "6:144", change: Cluster(config: base + ", load_definitions: /d")),
        Case(
            anchor: "cluster-formation", place: "6:144",
            change: Cluster(config: base + ", cluster_formation.peer_discovery_backend: classic_config")),
        Case(anchor: "proxy-protocol", place: "6:144", change: Cluster(config: base + ", proxy_protocol: true")),
        Case(
            anchor: "discarding-a-minority", place: "5:17",
            change: Cluster(more: "membership: { discardMinority: automatic }")),
        Case(anchor: "proxy-timeouts", place: "10:17", change: Cluster(timeouts: "client: 119s")),
        Case(anchor: "proxy-timeouts", place: "10:17", change: Cluster(timeouts: "server: 1m")),
        Case(anchor: "checks", place: "8:62", change: Cluster(listener: "check: tcp")),
        Case(anchor: "checks", place: "8:62", change: Cluster(listener: "check: http")),
        Case(anchor: "balance", place: "8:62", change: Cluster(listener: "balance: source, check: amqp")),
        Case(anchor: "balance", place: "8:62", change: Cluster(listener: "balance: first, check: amqp")),
        Case(anchor: "stats-page", place: "9:5", change: Cluster(stats: "path: /x")),
        Case(anchor: "network-of-the-vip", place: "11:10", change: Cluster(address: "10.0.1.100/24")),
        Case(anchor: "number-of-proxies", place: "11:8", change: Cluster(proxies: 1)),
        Case(anchor: "check-weight", place: "11:72", change: Cluster(vip: "checkWeight: 20")),
        Case(anchor: "check-weight", place: "11:72", change: Cluster(vip: "checkWeight: 30, preempt: false")),
        Case(
            anchor: "advertisement-interval", place: "11:72",
            change: Cluster(vip: "advertisementInterval: 90ms")),
        Case(
            anchor: "advertisement-interval", place: "11:72", change: Cluster(vip: "advertisementInterval: 1010ms")),
        Case(
            anchor: "node-name", place: "6:55",
            change: Cluster(environment: "RABBITMQ_NODENAME: r@x")),
    ]

    @Test("is given once where a manifest departs from one rule, with its place", arguments: cases)
    func departs(from example: Case) throws {
        let warnings = try warnings(for: example.change)
        #expect(warnings.count == 1, "\(warnings)")
        let warning = try #require(warnings.first)
        #expect(warning.hasPrefix("m.yaml:\(example.place): warning: "), "\(warning)")
        #expect(warning.hasSuffix("; see docs/configuration.md#\(example.anchor)"), "\(warning)")
    }

    @Test("is not given one step on the right side of each limit")
    func nearMisses() throws {
        let config =
            Self.base.replacing("2GB", with: "1GB")
            + ", vm_memory_high_watermark.relative: 0.7, heartbeat: 5, net_ticktime: 10, proxy_protocol: false"
        let near = [
            Cluster(), Cluster(config: config, timeouts: "client: 10s, server: 10s"),
            Cluster(config: Self.base + ", net_ticktime: 120"),
            Cluster(
                brokers: 3, more: "policies: [{ name: a, vhost: /, pattern: '', definition: { ha-mode: all } }]"),
            Cluster(brokers: 1, config: "heartbeat: 60", listener: "check: tcp"),
            Cluster(timeouts: "client: 2m, server: 2m"),
            Cluster(listener: "balance: first, pattern: activeStandby, check: amqp"),
            Cluster(vip: "checkWeight: 21"), Cluster(vip: "advertisementInterval: 100ms"),
            Cluster(vip: "advertisementInterval: 1s, preempt: false"), Cluster(address: "192.0.2.1/32"),
            Cluster(proxies: 1, vip: nil),
        ]
        for cluster in near { #expect(try warnings(for: cluster) == [], "\(cluster.text)") }
    }

    @Test("knows what a version no longer has")
    func versions() throws {
        let cluster = Cluster(config: "disk_free_limit.absolute: 2GB")
        #expect(try warnings(for: cluster, on: "4.3.0") == [])
        #expect(try warnings(for: cluster, on: "4.2.9").count == 1)
    }

    @Test("is given for everything at once, by position")
    func everything() throws {
        let cluster = Cluster(brokers: 2, config: "heartbeat: 1", listener: "check: tcp", stats: "path: /x")
        let anchors = try warnings(for: cluster).map { String($0.split(separator: "#").last ?? "") }
        #expect(
            anchors == [
                "partition-handling", "disk-limit", "heartbeat", "checks", "stats-page", "number-of-brokers",
            ])
    }

    @Test("has a case for every rule")
    func allRulesAreTried() {
        #expect(Set(Self.cases.map(\.anchor)) == Set(Advice.all.map(\.anchor)))
    }

    private func warnings(for cluster: Cluster, on version: String? = nil) throws -> [String] {
        let loaded = load(cluster.text)
        let manifest = try #require(loaded.manifest, "\(loaded.texts)\n\(cluster.text)")
        return Advice.warnings(for: manifest, on: version.flatMap { BrokerVersion($0) }).map(\.description)
    }
}
