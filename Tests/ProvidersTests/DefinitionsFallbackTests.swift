import ClusterModel
import Foundation
import HostAccess
import Providers
import TestSupport
import Testing

@Suite struct DefinitionsFallbackTests {
    let tools = Result { try FakeTools() }

    @Test("A whole export is all that is read")
    func notNeeded() async throws {
        let tools = try tools.get()
        _ = try await BrokerReader(tools: tools.broker()).definitions().get()
        #expect(tools.calls == ["rabbitmqctl -q export_definitions -"])
    }

    @Test(
        "Other brokenness than the known one has no second way",
        arguments: ["echo garbage", "exit 69", "head -c 50 export"])
    func notForAnythingElse(_ body: String) async throws {
        let tools = try tools.get()
        try tools.on("export_definitions", body)
        let result = await BrokerReader(tools: tools.broker()).definitions()
        #expect(throws: BrokerFailure.self) { try result.get() }
        #expect(tools.calls(of: "eval_file") == 0)
    }

    @Test("The export that 3.10 breaks off is assembled inside the broker")
    func assembled() async throws {
        let tools = try tools.get()
        try tools.on("export_definitions", says: Words.answer("export-with-set", "3.10.8"))
        try tools.on("eval_file", #"echo "a log line"; echo "WARREN 0 $(base64 -w0 < export)"; echo ok"#)
        let definitions = try await BrokerReader(tools: tools.broker()).definitions().get()
        #expect(definitions[.users].count == 1)
        #expect(tools.calls.map { $0.split(separator: " ")[2] } == ["export_definitions", "eval_file"])
    }

    @Test("4.x exports the same broker in one piece")
    func newer() async throws {
        let tools = try tools.get()
        try tools.on("export_definitions", says: Words.answer("export-with-set", "4.0.5"))
        let definitions = try await BrokerReader(tools: tools.broker()).definitions().get()
        #expect(definitions[.parameters].count == 2)
        #expect(tools.calls(of: "eval_file") == 0)
    }

    @Test(
        "A second way that fails too is unknown",
        arguments: [
            "echo ok", "echo 'WARREN 0 %%%'", #"echo "WARREN 0 $(echo '{}' | base64)""#, "exit 69",
            #"echo "WARREN 0 $(head -c 99 export | base64 -w0)""#,
        ])
    func brokenToo(_ body: String) async throws {
        let tools = try tools.get()
        try tools.on("export_definitions", says: Words.answer("export-with-set", "3.10.8"))
        try tools.on("eval_file", body)
        let result = await BrokerReader(tools: tools.broker()).definitions()
        #expect(throws: BrokerFailure.self) { try result.get() }
    }
}
