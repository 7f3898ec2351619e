import ClusterModel
import StatusServer
import Testing

@testable import Commands

/// What `warren status` makes of what the hosts say.
@Suite struct ClusterStatusTests {
    @Test("A cluster at rest: every host has its line, and nothing is said of what is well")
    func converged() {
        let text = Self.text(Cluster())
        #expect(text.hasPrefix("orders  converged  RabbitMQ 3.10.8  led by mq1  revision sha256:aaaa\n"))
        for host in ["mq1", "mq2", "mq3", "lb1", "lb2"] { #expect(text.contains("\n\(host) "), "\(host)") }
        #expect(text.contains("VIP 10.77.0.100 is held by lb1\n"))
        #expect(!text.contains("True") && !text.contains("Unknown") && !text.contains("blocked"))
        #expect(!text.contains("\u{1B}"))
        #expect(Cluster().status.verdict == .converged)
    }

    @Test("A host that is down is named with the reason, and the answer is not whole")
    func silentHost() {
        var cluster = Cluster()
        cluster.answers["mq3"] = .failure(.deadline(.seconds(1)))
        let text = Self.text(cluster)
        #expect(text.contains("mq3     no answer"))
        #expect(text.contains("no answer from mq3: its agent did not answer within 1.0 seconds"))
        #expect(cluster.status.verdict == .unknown)
    }

    @Test("The virtual address on two hosts, on none, and on one that can't be asked")
    func virtualAddress() {
        var cluster = Cluster()
        cluster.change("lb2") { $0.proxy?.holdsVIP = true }
        #expect(Self.text(cluster).contains("VIP 10.77.0.100 IS HELD BY 2 HOSTS: lb1, lb2"))
        #expect(cluster.status.verdict == .drifted)
        for host in ["lb1", "lb2"] { cluster.change(host) { $0.proxy?.holdsVIP = false } }
        #expect(Self.text(cluster).contains("VIP 10.77.0.100 IS HELD BY NO HOST"))
        #expect(cluster.status.verdict == .drifted)
        cluster.answers["lb1"] = .failure(.unreachable("no route to host"))
        #expect(Self.text(cluster).contains("is held by no host that answered; not known of lb1"))
        #expect(cluster.status.verdict == .unknown)
    }

    @Test("What several hosts say is said once, and whose turn it is not at all")
    func obstacles() {
        var cluster = Cluster()
        for host in ["mq1", "mq2", "mq3"] {
            cluster.change(host) { snapshot in
                snapshot.blocked = [
                    Self.blocked("policy orders/ha-all", "majority", "only 1 of 3 members runs"),
                    Self.blocked("member rabbit@mq3", "other-host", "its own host's agent does that"),
                    Self.blocked("user app", "lead", "rabbit@mq1 leads"),
                ]
                snapshot.totals = HostSnapshot.Totals(drift: 3, blocked: 3)
            }
        }
        let text = Self.text(cluster)
        #expect(text.matches(of: /only 1 of 3 members runs/).count == 1)
        #expect(text.contains("blocked by majority on mq1, mq2, mq3"))
        #expect(!text.contains("other-host") && !text.contains("rabbit@mq1 leads"))
        #expect(cluster.status.verdict == .drifted)
    }

    @Test("Hosts that work towards different manifests, and one that has not arrived")
    func revisions() {
        var cluster = Cluster()
        cluster.change("mq2") { $0.revision = .init(attempted: "sha256:bbbb", applied: "sha256:aaaa") }
        let text = Self.text(cluster)
        #expect(text.contains("revisions differ: sha256:aaaa on mq1, mq3, lb1, lb2; sha256:bbbb on mq2"))
        #expect(text.contains("bbbb*") && text.contains("not applied whole yet: mq2"))
        #expect(cluster.status.verdict == .drifted)
    }

    @Test("A condition that is not True stands with its sentence, and the address has its own line")
    func conditions() {
        var cluster = Cluster()
        let stale = HostSnapshot.ConditionState("VIPHeld", .false, reason: "NoHolder", message: "nobody")
        cluster.change("lb1") { $0.conditions.append(stale) }
        #expect(!Self.text(cluster).contains("VIPHeld") && cluster.status.verdict == .converged)
        let split = HostSnapshot.ConditionState("Unpartitioned", .false, reason: "Partitioned", message: "mq1 lost mq2")
        for host in ["mq1", "mq2"] { cluster.change(host) { $0.conditions.append(split) } }
        #expect(Self.text(cluster).contains("Unpartitioned False on mq1, mq2: mq1 lost mq2"))
        #expect(cluster.status.verdict == .drifted)
    }

    @Test("Colour changes no column, and a sentence is cut where the line is full")
    func terminal() {
        var cluster = Cluster()
        cluster.change("mq1") { $0.lastRun?.sentence = String(repeating: "long ", count: 60) }
        let report = ClusterStatusReport(status: cluster.status, width: 100)
        let coloured = report.text(Style(isColoured: true))
        #expect(coloured.contains("\u{1B}[31m") == false && coloured.contains("\u{1B}[32mup\u{1B}[0m"))
        let plain = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(plain == report.text(Style(isColoured: false)))
        #expect(plain.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("JSON has each host's own words, who holds the address and who did not answer")
    func json() throws {
        var cluster = Cluster()
        cluster.answers["mq3"] = .failure(.refused(status: 503))
        let json = ClusterStatusReport(status: cluster.status).json
        #expect(json["source"] == "agents" && json["state"] == "unknown" && json["leads"] == ["mq1"])
        #expect(json["vip"] == ["address": "10.77.0.100", "holders": ["lb1"], "unknown": []])
        let hosts = try #require(json["hosts"]?.array)
        #expect(hosts.map { $0["name"] } == ["mq1", "mq2", "mq3", "lb1", "lb2"])
        #expect(hosts[0]["status"]?["host"] == "mq1" && hosts[0]["noAnswer"] == .null)
        #expect(hosts[2]["status"] == .null && hosts[2]["noAnswer"]?.string?.contains("503") == true)
    }

    private static func text(_ cluster: Cluster) -> String {
        ClusterStatusReport(status: cluster.status, width: 160).text(Style(isColoured: false))
    }

    private static func blocked(_ resource: String, _ name: String, _ reason: String) -> HostSnapshot.BlockedItem {
        let words = resource.split(separator: " ")
        return HostSnapshot.BlockedItem(
            BlockedAction(
                .create, ResourceID(Kind(String(words[0])), name: String(words[1])), guard: .other(name),
                reason: reason))
    }
}

/// Three members and two proxies that are well, until a test changes what one of them says.
private struct Cluster {
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    var answers: [String: Result<HostSnapshot, PeerFailure>] = [:]
    let hosts =
        ["mq1", "mq2", "mq3"].map { Host(name: $0, address: "10.77.0.1", roles: [.broker]) }
        + ["lb1", "lb2"].map { Host(name: $0, address: "10.77.0.2", roles: [.proxy]) }

    init() { for host in hosts { answers[host.name] = .success(HostSnapshot.well(host, at: Self.now)) } }

    var status: ClusterStatus {
        ClusterStatus(cluster: "orders", hosts: hosts, vip: "10.77.0.100", answers: answers, now: Self.now)
    }

    mutating func change(_ host: String, _ body: (inout HostSnapshot) -> Void) {
        guard case .success(var snapshot) = answers[host] else { return }
        body(&snapshot)
        answers[host] = .success(snapshot)
    }
}

extension HostSnapshot {
    /// A host at rest; of the proxies, lb1 holds the virtual address.
    static func well(_ host: Host, at now: Timestamp) -> HostSnapshot {
        var snapshot = HostSnapshot(host: host.name, roles: host.roles, cluster: "orders", observedAt: now)
        snapshot.revision = Revision(attempted: "sha256:aaaa", applied: "sha256:aaaa")
        snapshot.conditions = [ConditionState("Converged", .true, reason: "NoDrift")]
        snapshot.lastRun = LastRun(
            id: 1, cause: "resync", result: "converged", sentence: "No action: everything is as the manifest says.",
            at: now, seconds: 1)
        if host.roles.contains(.broker) {
            snapshot.conditions.append(ConditionState("QuorumSafe", .true, reason: "Majority"))
            snapshot.lead = Lead(host: "mq1")
            snapshot.node = Node(
                name: host.nodeName, state: .running, version: "3.10.8", data: .present, answer: AgentAnswer(.up))
        } else {
            let backends = ["mq1", "mq2", "mq3"].map { Backend(listener: "amqp", server: $0, status: "UP") }
            snapshot.proxy = Proxy(
                haproxy: .running, keepalived: .running, holdsVIP: host.name == "lb1", backends: backends)
        }
        return snapshot
    }
}
