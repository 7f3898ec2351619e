import ClusterModel
import HostAccess
import Providers
import TestSupport
import Testing

extension RealBrokers {
    @Suite struct SupervisedBrokers {
        @Test(arguments: TestBroker.Version.allCases)
        func startsAndStopsOnceAndLeavesNothing(_ version: TestBroker.Version) async throws {
            let broker = try TestBroker.fresh(version)
            let supervised = broker.supervised
            #expect(supervised.state() == .stopped)
            let progress = Lines()
            try await supervised.start { progress.add($0) }
            guard case .running(let process) = supervised.state() else {
                Issue.record("a started broker is not running")
                return
            }
            let mapper = try #require(supervised.layout.processes.portMapper())
            #expect(progress.all.last == "\(supervised.installation.nodeName) is booting")
            let status = try FileStatus(supervised.layout.cookie)
            #expect(status.mode == 0o400)
            #expect(status.owner == supervised.installation.fileOwner)

            let calls = broker.runner.started
            try await supervised.start()
            #expect(supervised.state() == .running(process))
            #expect(broker.runner.started == calls + 1)

            let tree = ProcessTable.tree(of: process.pid)
            #expect(tree.count > 1)
            try await supervised.stop()
            #expect(supervised.state() == .stopped)
            for process in tree.union([mapper]) { #expect(!process.isRunning) }
            let log = "\(supervised.layout.log)/\(supervised.installation.nodeName).log"
            let wasInOrder = String(decoding: try FileContent.read(log), as: UTF8.self).contains("SIGTERM received")
            #expect(wasInOrder)
            try await supervised.stop()
            try await supervised.start()
            #expect(supervised.state() != .running(process))
            try await broker.destroy()
            #expect(throws: FileFailure.self) { try FileStatus(broker.home.path) }
        }

        @Test func usedPortIsTold() async throws {
            let shared = try await TestBroker.shared(.v3)
            let broker = try TestBroker.fresh(.v3)
            let settings = SupervisedSettings(
                configText: "listeners.tcp.default = 127.0.0.1:\(shared.amqpPort)\n",
                environment: broker.supervised.settings.environment,
                portMapperPort: broker.supervised.settings.portMapperPort)
            let second = SupervisedBroker(
                directory: broker.home.broker, nodeName: broker.installation.nodeName, settings: settings,
                account: broker.home.account, runner: broker.runner)
            try second.prepare()
            let expected = SupervisedFailure.portInUse(shared.amqpPort, purpose: "for its clients")
            await #expect(throws: expected) { try await second.start() }
            #expect(second.state() == .stopped)
            try await broker.destroy()
        }

        @Test func usedNameIsTold() async throws {
            let shared = try await TestBroker.shared(.v3)
            let broker = try TestBroker.fresh(.v3)
            var settings = broker.supervised.settings
            settings.portMapperPort = shared.supervised.settings.portMapperPort
            let port = try #require(settings.portMapperPort)
            let second = SupervisedBroker(
                directory: broker.home.broker, nodeName: shared.installation.nodeName, settings: settings,
                account: broker.home.account, runner: broker.runner)
            let expected = SupervisedFailure.nameInUse(shared.installation.nodeName, port: port)
            await #expect(throws: expected) { try await second.start() }
            try await second.stop()
            #expect(shared.supervised.layout.processes.portMapper() != nil, "the other's port mapper is left alone")
            try await broker.destroy()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func failedBootIsToldWithTheBrokersWords(_ version: TestBroker.Version) async throws {
            let broker = try TestBroker.fresh(version)
            let path = broker.supervised.layout.config
            try AtomicFile.write(Array("no_such_key = 1\n".utf8), to: path, owner: broker.installation.fileOwner)
            let failure = await #expect(throws: SupervisedFailure.self) { try await broker.supervised.start() }
            guard case .bootFailed(_, let log) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(log.contains("no_such_key"))
            #expect(broker.supervised.state() == .stopped)
            #expect(broker.supervised.layout.processes.portMapper() == nil)
            try await broker.destroy()
        }

        @Test func toolLeavesNoPortMapperBehindWhereNoneRuns() async throws {
            let broker = try TestBroker.fresh(.v3)
            await #expect(throws: TestFailure.self) { try await broker.ctl("cluster_status") }
            let port = try #require(broker.supervised.settings.portMapperPort)
            #expect(LocalPort.isFree(port))
            try await broker.destroy()
        }

        @Test func lostPortMapperIsStartedAgain() async throws {
            let broker = try TestBroker.fresh(.v3)
            try await broker.supervised.start()
            let mapper = try #require(broker.supervised.layout.processes.portMapper())
            let state = broker.supervised.state()
            await mapper.end(grace: .seconds(5))
            try await broker.supervised.start()
            #expect(broker.supervised.state() == state)
            #expect(try await broker.users().count == 1)
            try await broker.destroy()
        }

        @Test("A process that names the directory in its command line and is not the server is left alone")
        func anotherProcessIsNotTaken() async throws {
            let broker = try TestBroker.fresh(.v3)
            let mark = broker.supervised.layout.processes.serverMark
            let words = ["sleep", "60", mark.words[0], mark.words[1] + "x"]
            let other = try DetachedProcess.start(
                Invocation(executable: "/bin/sh", arguments: ["-c", "sleep 60; :"] + words, deadline: .seconds(0)),
                output: "/dev/null")
            #expect(broker.supervised.state() == .stopped)
            try await broker.supervised.stop()
            #expect(other.isRunning)
            await other.end(grace: .seconds(1))
            try await broker.destroy()
        }
    }
}
