import ClusterModel

/// Mnesia's mark that a node takes its own data directory for the truth and waits for nobody.
///
/// `rabbitmqctl force_boot` leaves it, and on a node that is booting it says that all is well and fires on the start after
/// that one (facts/failure-modes §0.7, §3.9). A start with it beside members that hold newer data loses that data.
public enum ForceLoad {
    /// - Parameter path: the mark's.
    public static func alarm(_ path: String) -> String {
        "\(path) is there: with it, the next start takes this data directory for the truth, whatever other members have; "
            + "remove it, or order such a start with warren recover"
    }
}

extension Healing {
    /// The same, but nothing that starts the node's application where its data directory has the mark.
    public func unless(_ mark: String?) -> Healing {
        guard let mark, case .do(let repair) = self else { return self }
        switch repair {
        case .startPortMapper, .settle: return self
        case .rejoin, .restartPaused, .restoreReplicas, .killFrozen, .finish, .reconfigure:
            return .wait(ForceLoad.alarm(mark))
        }
    }
}
