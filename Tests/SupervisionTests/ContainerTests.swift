import ClusterModel
import Glibc
import HostAccess
import TestSupport
import Testing

@Suite("An agent that is the first process of a container", .serialized)
struct ContainerTests {
    @Test("stops its services in order before it ends, as its end is that of all processes there")
    func stops() async throws {
        let hosts = try await SupervisedHosts(["mq1"]) { hosts in
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: container }
            spec:
              hosts:
            \(hosts.entries("broker, proxy"))
              broker:
                erlangCookie: { fromFile: cookie }
                config: { listeners.tcp.default: 5673, disk_free_limit.absolute: 10MB }
                environment: { NODE_PORT: 5673 }
              proxy: { listeners: [{ name: amqp, port: 5672, backendPort: 5673 }] }

            """
        }
        let parent = try hosts.startAgent("mq1", isFirst: true)
        try await hosts.awaitConverged("mq1")
        let agent = try #require(ProcessTable.children(of: parent.pid).first)
        #expect(ProcessTable.isInit(agent.pid))
        #expect(try await hosts.processes("mq1").count == 2)
        agent.signal(SIGTERM)
        #expect(await eventually(within: .seconds(60)) { !parent.isRunning })
        parent.collect()
        #expect(try await hosts.everything("mq1") == [])
        let log = try FileContent.read("\(hosts.directory("mq1"))/log/rabbit@mq1.log")
        let words = String(decoding: log, as: UTF8.self)
        #expect(words.contains("SIGTERM received"))
        #expect(words.contains("msg_store_transient' is stopped"), "it had the time to close its stores")
    }
}
