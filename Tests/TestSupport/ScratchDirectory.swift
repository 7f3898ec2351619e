import Foundation
import HostAccess

/// A directory of one test, gone when the test lets go of it.
public final class ScratchDirectory: Sendable {
    public let path: String

    public init(_ label: String = "test") throws {
        path = "/tmp/warren-\(label)-\(UUID().uuidString.prefix(8).lowercased())"
        try Directory.make(path, mode: 0o755)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws -> String {
        try AtomicFile.write(Array(text.utf8), to: path(name), mode: mode)
        return path(name)
    }

    /// Writes an executable shell script and returns its path.
    public func script(_ body: String, named name: String = "program") throws -> String {
        try write("#!/bin/sh\n\(body)\n", to: name, mode: 0o755)
    }
}

/// Waits until `condition` holds, and says whether it did so within the time.
public func eventually(
    within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return try await condition()
}
