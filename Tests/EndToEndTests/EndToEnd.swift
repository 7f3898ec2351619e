import Foundation
import HostAccess
import Lab
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

/// The hosts that tests share: five of Debian 12, or of the release that WARREN_HOSTS_DEBIAN names, without mirrored queues
/// then. Each test takes them converged and gives them back so. Their brokers notice a silent peer within 15 seconds.
actor SharedHosts {
    static let shared = SharedHosts()
    static let release =
        ProcessInfo.processInfo.environment["WARREN_HOSTS_DEBIAN"].flatMap(DebianRelease.init) ?? .twelve
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
        let task = Task { try await Self.up() }
        booting = task
        return try await task.value
    }

    private static func up() async throws -> FiveHosts {
        var changes = [
            "cluster_partition_handling: pause_minority":
                "cluster_partition_handling: pause_minority\n      net_ticktime: 12"
        ]
        if release != .twelve {
            changes["definition: { ha-mode: all, ha-sync-mode: automatic }"] = "definition: { max-length: 1000000 }"
        }
        var text = String(decoding: try FileContent.read("manifests/lab.yaml"), as: UTF8.self)
        for (old, new) in changes {
            guard text.contains(old) else { throw TestFailure("manifests/lab.yaml has no \(old)") }
            text = text.replacing(old, with: new)
        }
        let scratch = try ScratchDirectory("shared")
        defer { withExtendedLifetime(scratch) {} }
        return try await FiveHosts.up(debian: release, manifest: try scratch.write(text, to: "manifest.yaml"))
    }

    private func remove() async throws {
        guard let booting else { return }
        self.booting = nil
        try await booting.value.lab.down()
    }
}
