import ClusterModel
import ResourceKinds

extension Conditions {
    /// Whether all that is to move messages does: the links and shovels that the manifest's upstreams and shovels make.
    ///
    /// - Parameter links: those, with errors that may be shown.
    public static func linksRunning(_ links: [Resource], in observation: Observation) -> Condition {
        if case .unknown(let reason)? = observation.readings[LinkKind.kind] {
            return Condition(
                .linksRunning, .unknown, reason: "Unread", "how links and shovels are could not be read: \(reason)")
        }
        guard !links.isEmpty else {
            return Condition(.linksRunning, .true, reason: "NoLinks", "there is no federation link and no shovel")
        }
        let waiting = links.filter { $0.linkState != .running }
        guard !waiting.isEmpty else {
            let words = links.count == 1 ? "the one link runs" : "all \(links.count) links and shovels run"
            return Condition(.linksRunning, .true, reason: "AllRunning", words)
        }
        let isStarting = waiting.allSatisfy {
            $0.linkState == .starting && LinkKind.isSettling($0.id, in: observation)
        }
        let named = waiting.prefix(nameLimit).map { sentence($0, observation) }.joined(separator: "; ")
        let rest = waiting.count > nameLimit ? "; and \(waiting.count - nameLimit) more" : ""
        return Condition(.linksRunning, .false, reason: isStarting ? "Starting" : "Down", named + rest)
    }

    /// How many are named, so that the message stays one that a person reads.
    private static let nameLimit = 5

    private static func sentence(_ link: Resource, _ observation: Observation) -> String {
        let since = observation.links[link.id].map { " since \($0.since.iso8601)" } ?? ""
        let state = link.linkState == .starting ? "is starting" : "is down"
        return "\(link.id) \(state)\(since)" + (link["error"]?.string.map { ": \($0)" } ?? "")
    }
}
