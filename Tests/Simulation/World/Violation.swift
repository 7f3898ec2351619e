/// What must never be: a counterexample to a safety rule of design.md.
public enum Violation: Hashable, Sendable, CustomStringConvertible {
    /// A leader lacks confirmed messages although failures left more than a minority of the copies.
    case lostConfirmed(Int, leader: Int)
    /// A cluster was founded although another one exists.
    case secondCluster(founder: Int)
    /// Something that only a person may order was done without.
    case unacknowledged(String)
    /// Agents ended a second member before the first one was back.
    case twoDisrupted(Int, Int)
    /// Failures ended, nobody is needed, and the cluster does not come back.
    case stuck(String)
    /// Something is kept from being done, and no guard and no reason is told.
    case silent

    /// Two of one kind are told apart by nothing that matters to a reader.
    var kind: String { String(description.filter { !$0.isNumber }.prefix(40)) }

    public var description: String {
        switch self {
        case .lostConfirmed(let count, let leader):
            "\(count) confirmed message(s) of the quorum queue lost: mq\(leader + 1) leads without"
        case .secondCluster(let founder): "mq\(founder + 1) founds a second cluster"
        case .unacknowledged(let what): "done without a person's word: \(what)"
        case .twoDisrupted(let second, let first):
            "mq\(second + 1) is ended to be repaired before mq\(first + 1), which was too, is back"
        case .stuck(let state): "nothing fails any more, and the cluster does not converge: \(state)"
        case .silent: "something is kept back without a guard and a reason"
        }
    }
}
