import Foundation
import HostAccess
import TestSupport
import Testing

/// Everything that runs Warren's package on the hosts of a lab, one after another.
@Suite(.serialized, .enabled(if: OSUser.isRoot, "hosts can only be booted as root")) struct EndToEnd {}

extension Trait where Self == ConditionTrait {
    /// Of a test that takes minutes, beside a quicker one that shows the same on a shorter way.
    static var long: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["WARREN_LONG_TESTS"] == "1",
            "it takes minutes: make test-long runs it")
    }
}

/// The hosts that tests on Debian 12 share. Each test takes them converged and gives them back so. Their brokers notice a
/// silent peer within 15 seconds.
actor SharedHosts {
    static let shared = SharedHosts()
    private var booting: Task<FiveHosts, any Error>?

    /// Booted by whoever asks first; removed when the test process ends.
    static func converged() async throws -> FiveHosts {
        let hosts = try await shared.hosts()
        try await hosts.awaitConverged()
        return hosts
    }

    /// They make room for other hosts.
    static func down() async throws { try await shared.remove() }

    private func hosts() async throws -> FiveHosts {
        if let booting { return try await booting.value }
        let task = Task {
            let scratch = try ScratchDirectory("shared")
            let text = String(decoding: try FileContent.read("manifests/lab.yaml"), as: UTF8.self)
            let key = "cluster_partition_handling: pause_minority"
            guard text.contains(key) else { throw TestFailure("manifests/lab.yaml has no \(key)") }
            let ticking = text.replacing(key, with: key + "\n      net_ticktime: 12")
            return try await FiveHosts.up(manifest: try scratch.write(ticking, to: "manifest.yaml"))
        }
        booting = task
        return try await task.value
    }

    private func remove() async throws {
        guard let booting else { return }
        self.booting = nil
        try await booting.value.lab.down()
    }
}
