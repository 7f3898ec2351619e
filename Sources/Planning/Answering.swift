import ClusterModel

/// What HAProxy's agent-check is told of a node: from the cluster's view, since a port may answer although its node is in
/// a minority or on its way up (facts: a node that a partition left behind keeps its listeners for a while).
public enum Answering {
    public static func answer(
        state: HostSnapshot.Node.State, view: ClusterView?, isMember: Bool, members: [String]
    ) -> AgentAnswer {
        switch state {
        case .noProcess: return AgentAnswer(.down, reason: "the broker does not run")
        case .frozen: return AgentAnswer(.down, reason: "the broker does not answer")
        case .booting: return AgentAnswer(.down, reason: "the broker is starting")
        case .stopped: return AgentAnswer(.maint, reason: "the broker was stopped")
        case .paused: return AgentAnswer(.down, reason: "paused by a partition")
        case .splitOff: return AgentAnswer(.down, reason: "split off from the cluster")
        case .drained: return AgentAnswer(.drain, reason: "in maintenance")
        // Clients are served all the same where only the port mapper is gone.
        case .unknown, .noPortMapper: return AgentAnswer(.unknown)
        case .running, .behind: break
        }
        guard isMember else { return AgentAnswer(.down, reason: "not a member of the cluster yet") }
        guard let view else { return AgentAnswer(.unknown) }
        // What is together serves: half of the members where nobody reports a partition, as the rest may be down for
        // good; more than half where somebody does, so that two sides never serve at once.
        let running = members.count(where: view.runningMembers.contains)
        let isEnough =
            view.partitions.isEmpty ? running * 2 >= view.members.count : running * 2 > view.members.count
        return isEnough ? AgentAnswer(.up) : AgentAnswer(.down, reason: "in a minority")
    }
}
