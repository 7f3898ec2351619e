import ClusterModel
import Glibc
import HostAccess
import TestSupport
import Testing

/// One host that is a whole installation: broker, HAProxy and keepalived under one agent.
@Suite("A host whose agent is the supervisor", .serialized)
struct LaptopTests {
    @Test("comes up from nothing: its files, a broker with its policy, HAProxy before it, and the address")
    func comesUp() async throws {
        let laptop = try await Laptop.converged()
        let running = try await laptop.hosts.processes("mq1")
        #expect(Set(running.keys) == Set(HostService.allCases))
        #expect(try await laptop.hosts.ctl("mq1", "list_policies", "-p", "orders").contains("bounded"))
        #expect(await eventually { (try? await laptop.hosts.holdsAddress("mq1", Laptop.address)) == true })
    }

    @Test("has whatever was killed back within seconds", arguments: HostService.allCases)
    func heals(_ service: HostService) async throws {
        let laptop = try await Laptop.converged()
        let before = try #require(try await laptop.hosts.processes("mq1")[service])
        before.signal(SIGKILL)
        let begun = ContinuousClock.now
        let isBack = try await eventually(within: .seconds(60)) {
            let now = try await laptop.hosts.processes("mq1")
            return now.count == HostService.allCases.count && now[service] != before
        }
        print("\(service.rawValue) was back after \(begun.duration(to: .now))")
        #expect(isBack, "\(laptop.hosts.logText("mq1").suffix(2000))")
        try await laptop.hosts.awaitConverged("mq1")
        #expect(await eventually { (try? await laptop.hosts.holdsAddress("mq1", Laptop.address)) == true })
    }

    @Test("loses its agent within a second and none of its services, and the next agent takes them as they are")
    func adopts() async throws {
        let laptop = try await Laptop.converged()
        let before = try await laptop.hosts.processes("mq1")
        #expect(before.count == 3)
        try await laptop.awaitQuiet()
        let time = try await laptop.stopAgent()
        print("SIGTERM ended the agent in \(time)")
        #expect(time < .seconds(1))
        #expect(try await laptop.hosts.processes("mq1") == before)
        try await laptop.startAgent()
        try await laptop.hosts.awaitConverged("mq1")
        #expect(try await laptop.hosts.processes("mq1") == before)
        #expect(!laptop.hosts.logText("mq1").contains("service "), "\(laptop.hosts.logText("mq1"))")
    }

    @Test("loses its agent also while a broker boots, and the next agent waits for that very broker")
    func adoptsBooting() async throws {
        let laptop = try await Laptop.converged()
        let before = try #require(try await laptop.hosts.processes("mq1")[.rabbitmq])
        before.signal(SIGKILL)
        let isBooting = try await eventually {
            let now = try await laptop.hosts.processes("mq1")[.rabbitmq]
            return now != nil && now != before
        }
        #expect(isBooting)
        let booting = try #require(try await laptop.hosts.processes("mq1")[.rabbitmq])
        let time = try await laptop.stopAgent()
        print("SIGTERM ended the agent in \(time), while a broker booted")
        try await laptop.startAgent()
        try await laptop.hosts.awaitConverged("mq1")
        #expect(try await laptop.hosts.processes("mq1")[.rabbitmq] == booting)
    }

    @Test("gives up on what does not stay up after three starts in an hour, says so, and lets a person start it")
    func budget() async throws {
        let laptop = try await Laptop.converged()
        let isTold = try await eventually(within: .seconds(90)) {
            try await laptop.hosts.processes("mq1")[.haproxy]?.signal(SIGKILL)
            try await Task.sleep(for: .milliseconds(500))
            return laptop.hosts.logText("mq1").contains(
                "service haproxy blocked by the guard budget: it was started 3 times")
        }
        #expect(isTold, "\(laptop.hosts.logText("mq1").suffix(2000))")
        try await Task.sleep(for: .seconds(3))
        #expect(try await laptop.hosts.processes("mq1")[.haproxy] == nil)
        // keepalived gives up an address behind which nothing works.
        let start = try await laptop.hosts.warren(
            "mq1", "services", "start", "-f", laptop.hosts.manifest, "--host", "mq1", "--directory",
            laptop.hosts.directory("mq1"), "haproxy")
        #expect(start.code == 0, "\(start.errors)")
        #expect(try await laptop.hosts.processes("mq1")[.haproxy] != nil)
    }

    @Test("has nothing left when its agent ended and its services were stopped, the port mapper neither")
    func leavesNothing() async throws {
        let laptop = try await Laptop.converged()
        _ = try await laptop.stopAgent()
        let stop = try await laptop.hosts.warren(
            "mq1", "services", "stop", "--directory", laptop.hosts.directory("mq1"))
        #expect(stop.code == 0, "\(stop.errors)")
        #expect(await eventually { (try? await laptop.hosts.everything("mq1")) == [] })
        try await laptop.startAgent()
    }
}
