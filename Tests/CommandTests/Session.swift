import ClusterModel
import Foundation
import GRDB
import HostAccess
import TestSupport

/// A manifest, scripts in place of the broker's tools and a state file, for the program to be called with.
///
/// The program drops to the account rabbitmq where it is root, so that a supervised broker's account has to exist;
/// the scripts run as whoever that is.
final class Session: Sendable {
    let tools: FakeTools
    let home: ScratchDirectory
    var manifest: String { home.path("manifest.yaml") }
    var state: String { home.path("state/state.sqlite") }

    init(_ spec: String = Session.policies) throws {
        tools = try FakeTools()
        home = try ScratchDirectory("session")
        try Directory.make(home.path("state"), mode: 0o700)
        for file in ["calls", "imported", "entries"] { try tools.scratch.write("", to: file, mode: 0o666) }
        try declare(spec)
    }

    func declare(_ spec: String) throws {
        try home.write(
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: test }
            spec:
              hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker] }]
            \(spec)
            """, to: "manifest.yaml")
    }

    static let policies = """
          policies:
            - { name: one, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }
            - { name: two, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 1 } }
        """

    static func policy(_ name: String) -> String {
        #"{"vhost":"/","name":"\#(name)","pattern":"^","apply-to":"queues","priority":0,"definition":{"max-length":1}}"#
    }

    /// What the broker exports from now on.
    func export(policies: String...) throws { try tools.set("export", Self.document(policies)) }

    /// What the broker exports after the next import.
    func importing(policies: String...) throws {
        try tools.set("after", Self.document(policies))
        try tools.scratch.write("", to: "export", mode: 0o666)
        try tools.set("export", FakeTools.blank)
        try tools.on("import", "cat after > export.new; mv export.new export; answer")
    }

    private static func document(_ policies: [String]) -> String {
        FakeTools.blank.replacing(
            #""policies":[]"#, with: #""policies":[\#(policies.map(policy).joined(separator: ","))]"#)
    }

    var hostOptions: [String] {
        [
            "--runtime", "supervised", "--directory", home.path("broker"), "--tools", tools.directory, "--host",
            "localhost",
        ]
    }
    var stateOptions: [String] { ["--state", state] }

    /// The arguments of a command with all that it needs to know of its surroundings.
    func arguments(_ command: String, _ more: String...) -> [String] {
        switch command {
        case "plan", "apply", "suspend", "resume": [command, "-f", manifest] + hostOptions + stateOptions + more
        case "status", "drift", "history", "reconcile": [command] + stateOptions + more
        case "render": [command, "rabbitmq", "-f", manifest] + hostOptions + more
        case "validate": [command, manifest] + more
        default: [command] + more
        }
    }

    @discardableResult
    func run(_ command: String, _ more: String..., environment: [String: String] = [:]) async throws -> ProgramRun {
        let call = arguments(command) + more
        return try await WarrenProgram.run(call, environment: environment)
    }

    /// A shell's words for such a command.
    func line(_ command: String, _ more: String...) -> String {
        "\"$warren\" " + (arguments(command) + more).map { "'\($0)'" }.joined(separator: " ")
    }

    /// Changes the state file as no Warren would.
    func sqlite(_ sql: String) throws {
        try DatabaseQueue(path: state).write { try $0.execute(sql: sql) }
    }

    /// How often something was written to the broker.
    var writes: Int { ["import", "delete", "set"].reduce(0) { $0 + tools.calls(of: $1) } }
}
