import ClusterModel
import Glibc
import HostAccess
import Providers
import TestSupport
import Testing

extension RealBrokers {
    /// The ways in which Warren talks to a broker, on each version.
    @Suite struct ToolRuns {
        @Test(arguments: TestBroker.Version.allCases)
        func answersAsItsVersion(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            #expect(try await broker.ctl("version").contains("\(version.release)"))
            let status = try await broker.json("rabbitmqctl", ["cluster_status", "--formatter", "json"])
            #expect(status["running_nodes"] == [.string(broker.installation.nodeName)])
        }

        @Test(arguments: TestBroker.Version.allCases)
        func resetLeavesOnlyWhatABlankBrokerHas(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.ctl("add_vhost", "orders")
            try await broker.ctl("set_policy", "p", "^a\\.b$", #"{"max-length":5}"#)
            try await broker.ctl("set_policy", "-p", "orders", "q", "x", #"{"max-length":5}"#)
            try await broker.ctl("set_parameter", "federation-upstream", "u", #"{"uri":"amqp://localhost:1"}"#)
            try await broker.ctl("set_global_parameter", "g", "1")
            try await broker.ctl("add_user", "eve", "secret")
            #expect(try await broker.policies()[0]["pattern"] == #"^a\.b$"#)
            try await broker.reset()
            let definitions = try await broker.rawDefinitions()
            #expect(definitions["policies"] == [])
            #expect(definitions["parameters"] == [])
            #expect(definitions["queues"] == [])
            #expect(definitions["users"]?.array?.compactMap { $0["name"] } == ["guest"])
            #expect(definitions["vhosts"]?.array?.compactMap { $0["name"] } == ["/"])
            let all: JSONValue = ["user": "guest", "configure": ".*", "write": ".*", "read": ".*"]
            #expect(try await broker.permissions() == [all])
            #expect(try await broker.globalParameters().contains { $0["name"] == "g" } == false)
        }

        @Test(arguments: TestBroker.Version.allCases)
        func evalFileGivesItsOutputOnStdout(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            let text = try await broker.eval(#"io:format("~ts~n", [<<"{\"zażółć\":1}"/utf8>>])."#)
            #expect(text == "{\"zażółć\":1}\nok\n")
        }

        @Test(arguments: TestBroker.Version.allCases)
        func definitionsAreImportedFromAnExchangeFile(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            let uri = "amqp://u:hidden@localhost:1"
            let document: JSONValue = [
                "parameters": [
                    ["vhost": "/", "component": "federation-upstream", "name": "up", "value": ["uri": .string(uri)]]
                ]
            ]
            try broker.clearToolCalls()
            let path = try await broker.installation.withExchangeFile(Array(document.description.utf8)) { path in
                let status = try FileStatus(path)
                #expect(status.mode == 0o600)
                #expect(status.owner == broker.installation.fileOwner)
                try await broker.ctl("import_definitions", path)
                return path
            }
            #expect(throws: FileFailure.self) { try FileStatus(path) }
            let parameters = try await broker.parameters()
            #expect(parameters.compactMap { $0["name"] } == ["up"])
            #expect(parameters[0]["value"]?.string?.contains("hidden") == true)
            let calls = try broker.toolCalls()
            #expect(calls.map(\.tool) == ["rabbitmqctl", "rabbitmqctl"])
            #expect(calls[0].arguments == ["import_definitions", path])
            #expect(!calls.contains { $0.arguments.contains { $0.contains("hidden") } })
        }

        @Test(arguments: TestBroker.Version.allCases)
        func passwordGoesThroughStandardInput(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            try await broker.tool("rabbitmqctl", ["add_user", "bob"], input: "geheim\n")
            try await broker.tool("rabbitmqctl", ["authenticate_user", "bob"], input: "geheim\n")
            await #expect(throws: TestFailure.self) {
                try await broker.tool("rabbitmqctl", ["authenticate_user", "bob"], input: "wrong\n")
            }
        }

        @Test(arguments: TestBroker.Version.allCases)
        func pluginsAreListedWhileTheNodeIsDown(_ version: TestBroker.Version) async throws {
            let broker = try TestBroker.fresh(version, plugins: ["rabbitmq_shovel"])
            try await broker.supervised.start()
            guard case .running(let process) = broker.supervised.state() else { throw TestFailure("it is not running") }
            await process.end(grace: .seconds(60))
            let text = try await broker.tool("rabbitmq-plugins", ["list", "-E", "-m", "-q"])
            #expect(text == "rabbitmq_shovel\n")
            try await broker.destroy()
        }

        @Test(arguments: TestBroker.Version.allCases)
        func hangingToolIsKilledWithAllItStarted(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            let code = Array("timer:sleep(600000).".utf8)
            var seen: Set<SeenProcess> = []
            try await broker.installation.withExchangeFile(code) { path in
                let call = broker.installation.invocation(
                    tool: "rabbitmqctl", arguments: ["eval_file", path], deadline: .seconds(4))
                let kept = ProcessTable.entries().filter { $0.parent == getpid() }.map(\.process)
                let task = Task { try await broker.runner.run(call) }
                let isUp = await eventually(within: .seconds(4)) {
                    let tools = ProcessTable.entries().filter { $0.parent == getpid() && !kept.contains($0.process) }
                    seen.formUnion(tools.flatMap { ProcessTable.tree(of: $0.process.pid) })
                    return seen.count > 2
                }
                #expect(isUp)
                let expected = ProcessFailure.deadlineExceeded(executable: call.executable, after: .seconds(4))
                await #expect(throws: expected) { try await task.value }
            }
            for process in seen { #expect(!process.isRunning) }
        }
    }
}
