import Glibc
import HostAccess

extension SupervisedBroker {
    /// Stops the broker and, where it is ours, its port mapper; a stopped one is left as it is.
    ///
    /// The broker is asked by SIGTERM, on which it closes its stores in order; after the deadline it is killed.
    public func stop(deadline: Duration = .seconds(60)) async throws {
        try await layout.processes.stop(deadline: deadline)
    }
}
