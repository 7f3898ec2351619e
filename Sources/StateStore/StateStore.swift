import ClusterModel
import Foundation
import GRDB

/// What Warren remembers between runs and restarts: one SQLite file.
///
/// Every method is one whole transaction: when it throws, nothing of it was written. All of them throw
/// `StateStoreError`. Only one process is meant to write, any number may read; readers and the writer wait for
/// each other for five seconds at most. A transaction that returned survives a crash and a power loss
/// (rollback journal, `synchronous=FULL`).
///
/// Nothing here is a source of truth: the world is read anew by every run, so that losing the file loses
/// history and the inventory of what Warren created, and causes no action.
public struct StateStore: Sendable {
    let queue: DatabaseQueue
    /// The file; `:memory:` for one that is none.
    public let path: String

    /// Runs `body` in one transaction that is rolled back when it throws.
    func write<T>(_ body: (Database) throws -> T) throws(StateStoreError) -> T {
        do { return try queue.write(body) } catch { throw StateStoreError(error, path: path) }
    }

    /// Runs `body` on one consistent state; it cannot write.
    func read<T>(_ body: (Database) throws -> T) throws(StateStoreError) -> T {
        do { return try queue.read(body) } catch { throw StateStoreError(error, path: path) }
    }

    /// Closes the file at once instead of with the last copy of this value. Later calls throw.
    public func close() throws(StateStoreError) {
        do { try queue.close() } catch { throw StateStoreError(error, path: path) }
    }
}
