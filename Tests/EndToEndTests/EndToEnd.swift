import HostAccess
import TestSupport
import Testing

/// Everything that runs Warren's package on the hosts of a lab, one after another.
@Suite(.serialized, .enabled(if: OSUser.isRoot, "hosts can only be booted as root")) struct EndToEnd {}

/// The hosts that tests on Debian 12 share. Each test takes them converged and gives them back so.
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
        let task = Task { try await FiveHosts.up() }
        booting = task
        return try await task.value
    }

    private func remove() async throws {
        guard let booting else { return }
        self.booting = nil
        try await booting.value.lab.down()
    }
}
