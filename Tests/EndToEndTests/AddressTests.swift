import ClusterModel
import HostAccess
import TestSupport
import Testing

extension EndToEnd {
    /// The virtual address: it is held once, moves when its holder fails, and no confirmed message is lost.
    @Suite(.serialized) struct Address {
        /// What a client may be without the address on a machine that is busy with other things; benchmarks hold it
        /// against the target.
        static let patience = Duration.seconds(10)

        @Test("the holder loses its power: the other one takes the address, and gives it back when the first returns")
        func powerLoss() async throws {
            let hosts = try await SharedHosts.converged()
            let report = try await Publisher.report(on: hosts, queue: "app.power") {
                for _ in 1...2 {
                    try await hosts.lab.laboratory.powerOff(["lb1"], in: hosts.lab.name)
                    try await hosts.awaitHolder("lb2")
                    try await hosts.lab.laboratory.powerOn(["lb1"], in: hosts.lab.name)
                    try await hosts.awaitHolder("lb1")
                }
            }
            Self.check(report, "power loss")
        }

        @Test(
            "a service of the holder is killed: clients go on, and the agent starts it again",
            arguments: [
                "haproxy", "keepalived",
            ])
        func killed(service: String) async throws {
            let hosts = try await SharedHosts.converged()
            let report = try await Publisher.report(on: hosts, queue: "app.\(service)") {
                try await hosts.lab.laboratory.kill(service, on: "lb1", in: hosts.lab.name)
                try await hosts.lab.waitUntil("\(service) runs again", within: .seconds(60)) {
                    try await hosts.lab.exec("lb1", ["systemctl", "is-active", service]).output == "active\n"
                }
                try await hosts.awaitHolder("lb1")
            }
            Self.check(report, "\(service) killed")
        }

        private static func check(_ report: Publisher.Report, _ what: String) {
            print("\(what): gaps \(report.gaps), \(report.confirmed) confirmed, \(report.reconnects) reconnections")
            #expect(report.lost == 0)
            #expect(report.gaps.first.map { $0 < patience } == true, "\(what): \(report.gaps)")
        }
    }
}
