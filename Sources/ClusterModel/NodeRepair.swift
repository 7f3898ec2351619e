/// What this host's agent does to bring its own node back. Every one of them but the first disrupts a member, so that it
/// is done under the lease on restarts alone.
///
/// - witness: a running member that looks at the guards again and keeps the lease.
public enum NodeRepair: Hashable, Sendable {
    /// The Erlang port mapper is started; the node enters its name again by itself.
    case startPortMapper
    /// A majority goes on without the node, which runs: its application is stopped and started, and takes the majority's
    /// metadata over.
    ///
    /// - discards: the messages that are on this side alone and go, in words; nil where there must be none.
    case rejoin(witness: String, discards: String?)
    /// A partial partition paused a majority: the virtual machine of one paused node is started anew.
    case restartPaused(witness: String)
    /// The processes of quorum queues are gone: the application is stopped and started.
    case restoreReplicas(witness: String)
    /// It lives, says nothing and uses no processor: it is killed and started.
    case killFrozen(witness: String)
    /// An own repair was cut off after it stopped the application.
    case finish(witness: String)
    /// It runs with a configuration that is on disk no more: it is drained, stopped and started.
    case reconfigure(witness: String)
    /// Such a restart was cut off when the node was on its way up: nothing is left but to see it caught up.
    case settle(witness: String)

    /// The cases by name.
    public enum Means: String, Hashable, Sendable, CaseIterable {
        case startPortMapper, rejoin, restartPaused, restoreReplicas, killFrozen, finish, reconfigure, settle
    }

    public init(_ means: Means, witness: String, discards: String? = nil) {
        self =
            switch means {
            case .startPortMapper: .startPortMapper
            case .rejoin: .rejoin(witness: witness, discards: discards)
            case .restartPaused: .restartPaused(witness: witness)
            case .restoreReplicas: .restoreReplicas(witness: witness)
            case .killFrozen: .killFrozen(witness: witness)
            case .finish: .finish(witness: witness)
            case .reconfigure: .reconfigure(witness: witness)
            case .settle: .settle(witness: witness)
            }
    }

    public var means: Means {
        switch self {
        case .startPortMapper: .startPortMapper
        case .rejoin: .rejoin
        case .restartPaused: .restartPaused
        case .restoreReplicas: .restoreReplicas
        case .killFrozen: .killFrozen
        case .finish: .finish
        case .reconfigure: .reconfigure
        case .settle: .settle
        }
    }

    /// Nil where no other member has to agree.
    public var witness: String? {
        switch self {
        case .startPortMapper: nil
        case .rejoin(let witness, _), .restartPaused(let witness), .restoreReplicas(let witness),
            .killFrozen(let witness), .finish(let witness), .reconfigure(let witness), .settle(let witness):
            witness
        }
    }

    /// Why, in a few words: it stands in the lease.
    public var reason: String {
        switch self {
        case .startPortMapper: "the port mapper is gone"
        case .rejoin: "split off from the majority"
        case .restartPaused: "paused by a partial partition"
        case .restoreReplicas: "replicas are gone"
        case .killFrozen: "frozen"
        case .finish: "an interrupted repair"
        case .reconfigure: "a changed configuration"
        case .settle: "an interrupted restart"
        }
    }

    /// What is done, in words, for plans and the history.
    public var steps: String {
        let act =
            switch self {
            case .startPortMapper: "start the Erlang port mapper"
            case .rejoin(_, let discards):
                (discards.map { "discard \($0.printable), " } ?? "refuse if this side alone holds messages, ")
                    + "keep its definitions as evidence, stop its application, start it"
            case .restartPaused: "refuse unless it is paused, end its virtual machine, start the service"
            case .restoreReplicas: "stop its application, start it"
            case .killFrozen: "kill its process, start the service"
            case .finish: "refuse unless it is stopped and a majority is connected, start its application"
            case .reconfigure: "drain it, stop the service, start the service"
            case .settle: "leave it running"
            }
        guard let witness else { return act }
        return "check the guards and take the lease on \(witness), \(act), wait until it is caught up, "
            + "give the lease back"
    }
}

/// What is to become of this host's node.
public enum Healing: Hashable, Sendable {
    /// It is in service, or another kind of resource brings it back.
    case none
    case `do`(NodeRepair)
    /// Nothing yet, and why; it is looked at again soon.
    case wait(String)
    /// Nothing, and what a person does.
    case refuse(String, wayOut: String)
}

/// The messages of a node that is split off that no other member has.
public struct SplitHoldings: Hashable, Sendable {
    public let messages: Int
    /// The queues with such messages; at most 20.
    public let queues: [ResourceID]

    public init(messages: Int, queues: [ResourceID]) {
        self.messages = messages
        self.queues = queues
    }

    /// `10 messages that it alone holds, in queue //q`.
    public var words: String {
        let names = queues.prefix(3).map { "\($0)" }.joined(separator: ", ") + (queues.count > 3 ? " and others" : "")
        return "\(messages) messages that it alone holds, in \(names)"
    }
}
