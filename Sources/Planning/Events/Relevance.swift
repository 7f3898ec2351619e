import ClusterModel
import ResourceKinds

/// Which events somebody has to look for.
public enum Relevance {
    /// Applications make and delete queues at will, so that of those only what the manifest declares counts. What
    /// Warren does itself counts while it does nothing: then it is another Warren's doing, or an account of that name.
    public static func matters(_ event: BrokerEvent, declared: Set<ResourceID>, isWorking: Bool) -> Bool {
        if event.isNoise || isWorking && event.user == Author.warren { return false }
        guard let id = event.resource else { return true }
        switch id.kind {
        case "queue", "exchange", "binding": return declared.contains(id)
        default: return true
        }
    }
}
