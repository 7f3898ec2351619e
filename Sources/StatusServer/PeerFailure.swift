/// Why another host's status is not known.
public enum PeerFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// No connection, or it broke; the system's words.
    case unreachable(String)
    case deadline(Duration)
    case tooLarge(limit: Int)
    /// It answered, and not with 200.
    case refused(status: Int)
    /// It is no status of Warren's.
    case unreadable(String)
    /// Another host answers at this address.
    case otherHost(String)

    public var description: String {
        switch self {
        case .unreachable(let reason): "its agent can't be reached: \(reason)"
        case .deadline(let time): "its agent did not answer within \(time)"
        case .tooLarge(let limit): "its agent's answer is longer than \(limit) bytes"
        case .refused(let status): "its agent answered with HTTP status \(status)"
        case .unreadable(let reason): "its agent's answer can't be read: \(reason)"
        case .otherHost(let name): "the agent at its address says that it is \(name)"
        }
    }
}
