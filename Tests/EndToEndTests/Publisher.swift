import ClusterModel
import Foundation
import HostAccess
import TestSupport

/// A client of the field that publishes with confirms through the virtual address, and goes on after a failure.
struct Publisher: Sendable {
    /// What it found.
    struct Report: Sendable {
        let confirmed: Int
        let reconnects: Int
        /// The longest times between two confirms, longest first.
        let gaps: [Duration]
        let lost: Int
        let consumed: Int
    }

    private static let program = FileManager.default.currentDirectoryPath + "/Tests/testbed/amqp-client.py"

    /// Publishes while `body` does what it does, and on until messages are confirmed after it; then consumes all.
    static func report(
        on hosts: FiveHosts, queue: String, while body: @escaping @Sendable () async throws -> Void
    ) async throws -> Report {
        let scratch = try ScratchDirectory("publisher")
        let record = scratch.path("record")
        let password = try await hosts.lab.output("mq2", "cat", "/etc/warren/secrets/app") + "\n"
        @Sendable func client(_ verb: String) async throws -> JSONValue {
            let run = try await hosts.lab.exec(
                "client", [program, verb, FiveHosts.vip, "orders", queue, record], input: password,
                within: .seconds(300))
            guard run.status.isSuccess else { throw TestFailure("\(verb): \(run.output)\(run.errors)") }
            return try run.json()
        }
        @Sendable func lines() -> Int { (try? FileContent.read(record))?.count { $0 == UInt8(ascii: "\n") } ?? 0 }
        @Sendable func awaitConfirms(_ more: Int, _ when: String) async throws {
            let before = lines()
            try await hosts.lab.waitUntil("\(more) messages are confirmed \(when)", within: .seconds(120)) {
                lines() >= before + more
            }
        }
        async let publishing = client("publish")
        do {
            try await awaitConfirms(20, "before")
            try await body()
            try await awaitConfirms(50, "after")
        } catch {
            try scratch.write("", to: "record.stop")
            _ = try? await publishing
            throw error
        }
        try scratch.write("", to: "record.stop")
        let published = try await publishing
        let consumed = try await client("consume")
        return Report(
            confirmed: published["confirmed"]?.integer ?? 0, reconnects: published["reconnects"]?.integer ?? 0,
            gaps: published["gaps"]?.array?.compactMap(\.integer).map { .milliseconds($0) } ?? [],
            lost: consumed["lost"]?.integer ?? -1, consumed: consumed["consumed"]?.integer ?? 0)
    }
}
