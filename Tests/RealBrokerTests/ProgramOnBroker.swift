import ClusterModel
import Foundation
import Glibc
import HostAccess
import Providers
import TestSupport

/// A broker that the program itself starts and stops, by its own commands, and that a test can harm.
final class ProgramOnBroker: Sendable {
    let scratch: ScratchDirectory
    private let ports: (amqp: Int, distribution: Int)
    var manifest: String { scratch.path("manifest.yaml") }
    var state: String { scratch.path("state/state.sqlite") }
    var broker: String { scratch.path("broker") }

    init() throws {
        scratch = try ScratchDirectory("program")
        guard let amqp = LocalPort.anyFree(), let distribution = Self.freePair() else {
            throw TestFailure("no free port")
        }
        ports = (amqp, distribution)
    }

    /// The port mapper takes the port after the distribution's.
    private static func freePair() -> Int? {
        (0..<100).lazy.compactMap { _ in LocalPort.anyFree() }.first { $0 < 65535 && LocalPort.isFree($0 + 1) }
    }

    func declare(_ spec: String) throws {
        try scratch.write(
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: program }
            spec:
              hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker\(spec.contains("proxy:") ? ", proxy" : "")] }]
              broker:
                erlangCookie: { fromFile: cookie }
                plugins: [rabbitmq_federation, rabbitmq_shovel]
                config:
                  listeners.tcp.default: 127.0.0.1:\(ports.amqp)
                  disk_free_limit.absolute: 10MB
                  vm_memory_high_watermark.absolute: 1GB
                environment: { DIST_PORT: \(ports.distribution), NODE_PORT: \(ports.amqp) }
            \(spec)
            """, to: "manifest.yaml")
    }

    func arguments(_ command: String) -> [String] {
        let host = ["--host", "localhost", "--runtime", "supervised", "--directory", broker]
        return switch command {
        case "plan", "apply", "doctor": [command, "-f", manifest] + host + ["--state", state]
        case "status", "drift", "history": [command, "--state", state]
        case "render": [command, "rabbitmq", "-f", manifest] + host
        case "validate": [command, manifest]
        case "adopt": [command]
        default: ["broker", command, "-f", manifest, "--host", "localhost", "--directory", broker]
        }
    }

    @discardableResult
    func run(_ command: String, _ more: String..., environment: [String: String] = [:]) async throws -> ProgramRun {
        try await WarrenProgram.run(arguments(command) + more, environment: environment, within: .seconds(200))
    }

    func control(_ arguments: String..., environment: [String: String] = [:]) async throws -> ProgramRun {
        try await WarrenProgram.run(self.arguments("ctl") + ["--"] + arguments, environment: environment)
    }

    /// Ends the broker's processes, however the test ended.
    deinit {
        let processes = BrokerProcesses(directory: broker)
        for case let process? in [processes.server(), processes.portMapper()] {
            for member in ProcessTable.tree(of: process.pid) { member.signal(SIGKILL) }
        }
    }
}
