import ClusterModel
import Lab
import Simulation
import StatusServer
import TestSupport
import Testing

extension EndToEnd {
    /// The rules of the simulator's model, held against real brokers: what hosts show when they have come to rest is one
    /// of the things that the model allows.
    @Suite(.serialized) struct Model {
        @Test("cut off, switched off and on again, real hosts come to what the model of them comes to", .long)
        func sample() async throws {
            var pair = ModelAndLab(hosts: try await SharedHosts.converged())
            try await pair.expectSame("before anything fails")

            try await pair.fail(.isolated(2)) { try await $0.cut(["mq3"], in: $1) }
            try await pair.end(.linkMended(0, 2), .linkMended(1, 2)) { try await $0.mend(in: $1) }

            try await pair.fail(.powerLost(0)) { try await $0.powerOff(["mq1"], in: $1) }
            try await pair.fail(.powerLost(1)) { try await $0.powerOff(["mq2"], in: $1) }
            try await pair.end(.powerBack(0)) { try await $0.powerOn(["mq1"], in: $1) }
            try await pair.end(.powerBack(1)) { try await $0.powerOn(["mq2"], in: $1) }

            try await pair.fail(.powerLostEverywhere) { try await $0.powerOff(FiveHosts.brokers, in: $1) }
            try await pair.end(.powerBack(1)) { try await $0.powerOn(["mq2"], in: $1) }
            try await pair.end(.powerBack(0), .powerBack(2)) { try await $0.powerOn(["mq1", "mq3"], in: $1) }
            try await pair.hosts.awaitConverged()
        }
    }
}

/// The same done to both.
private struct ModelAndLab {
    let hosts: FiveHosts
    private var scene = Scene()

    init(hosts: FiveHosts) { self.hosts = hosts }

    mutating func fail(_ failure: Failure, _ body: (Laboratory, LabName) async throws -> Void) async throws {
        scene.fail(failure)
        try await body(hosts.lab.laboratory, hosts.lab.name)
        try await expectSame("\(failure)")
    }

    mutating func end(_ endings: Ending..., body: (Laboratory, LabName) async throws -> Void) async throws {
        scene.end(endings)
        try await body(hosts.lab.laboratory, hosts.lab.name)
        try await expectSame("\(endings)")
    }

    /// Waits until the hosts show what the model allows.
    func expectSame(_ what: String) async throws {
        var shown: [String] = []
        let allowed = scene.pictures
        do {
            try await hosts.lab.waitUntil("the hosts are as the model says", within: .seconds(150)) {
                shown = []
                for host in FiveHosts.brokers { shown.append(try await picture(of: host)) }
                return allowed.contains(shown)
            }
            print("model and hosts after \(what): \(shown)")
        } catch {
            throw TestFailure("\(error) after \(what): they show \(shown), and the model allows \(allowed)")
        }
    }

    /// Asked on the host itself, as the network may be cut.
    private func ownSnapshot(_ host: String) async throws -> HostSnapshot? {
        let address = try hosts.lab.plan.host(host).address
        let asking = """
            my $s = IO::Socket::INET->new(PeerAddr => "\(address):15690", Timeout => 3) or exit 1;
            print $s "GET /v1/status HTTP/1.1\\r\\nHost: \(address)\\r\\nConnection: close\\r\\n\\r\\n";
            local $/; my $answer = <$s>; $answer =~ s/^.*?\\r\\n\\r\\n//s; print $answer
            """
        let answer = try? await hosts.lab.exec(host, ["perl", "-MIO::Socket::INET", "-e", asking])
        return answer.flatMap { try? SnapshotJSON.snapshot(Array($0.output.utf8)) }
    }

    private func picture(of host: String) async throws -> String {
        guard let node = try await ownSnapshot(host)?.node else { return "off" }
        guard node.state.isInService else { return node.state == .noProcess ? "none" : node.state.rawValue }
        let running = (node.cluster?.runningMembers ?? []).map { $0.replacing("rabbit@", with: "") }.sorted()
        return "running with \(running.joined(separator: ", "))"
    }
}
