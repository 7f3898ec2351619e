import Glibc
import HostAccess

extension SupervisedBroker {
    /// Stops the broker and, where it is ours, its port mapper; a stopped one is left as it is.
    ///
    /// The broker is asked by SIGTERM, on which it closes its stores in order; after the deadline it is killed.
    /// Only processes are touched that the records of the directory name, by number and start time.
    public func stop(deadline: Duration = .seconds(60)) async throws {
        guard (try? FileStatus(layout.directory)) != nil else { return }
        guard let lock = try FileLock(layout.lock) else { throw SupervisedFailure.busy(directory: layout.directory) }
        defer { withExtendedLifetime(lock) {} }
        if case .running(let process) = state() { await process.end(grace: deadline) }
        layout.serverRecord.remove()
        await stopPortMapper()
    }

    func stopPortMapper() async {
        if let process = layout.portMapperRecord.running() { await process.end(grace: .seconds(5)) }
        layout.portMapperRecord.remove()
    }
}
