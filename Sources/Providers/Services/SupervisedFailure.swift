/// Why a supervised broker could not be started.
public enum SupervisedFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case notPrepared(directory: String)
    case busy(directory: String)
    case portInUse(Int, purpose: String)
    case nameInUse(String, port: Int)
    case portMapperFailed(port: Int, reason: String)
    case couldNotStart(reason: String)
    case bootFailed(String, log: String)
    case notReady(String, after: Duration, log: String)

    public var description: String {
        switch self {
        case .notPrepared(let directory):
            "\(directory) does not hold a prepared broker."
        case .busy(let directory):
            "Another Warren process starts or stops the broker in \(directory) at this moment. Try again."
        case .portInUse(let port, let purpose):
            "Port \(port), which the broker needs \(purpose), is used by another program. Stop it or choose another port."
        case .nameInUse(let name, let port):
            "Another node named \(name) runs on this machine (port mapper on port \(port)). Stop it or choose another name."
        case .portMapperFailed(let port, let reason):
            "The Erlang port mapper did not start on port \(port): \(reason)"
        case .couldNotStart(let reason):
            reason
        case .bootFailed(let name, let log):
            "\(name) ended while it was starting. The end of its output:\n\(log)"
        case .notReady(let name, let after, let log):
            "\(name) runs but was not ready within \(after). The end of its output:\n\(log)"
        }
    }
}
