import ClusterModel

/// Federation links and shovels as they run. Each that exists is to run; which exist follows from the upstreams,
/// policies and shovels of the manifest, so that there is nothing to declare.
public struct LinkKind: ResourceKind {
    public init() {}

    public static let kind: Kind = "link"

    public var kind: Kind { Self.kind }
    public var modeKey: String { "links" }
    /// They stand in no definitions document.
    public var scope: Action.Scope { .host }
    public func scope(of verb: Action.Verb) -> Action.Scope { .cluster }
    public var wave: Wave { .movers }
    public var fieldOrder: [String] { ["state", "error"] }

    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }
    /// One that no declared upstream or shovel makes is somebody else's.
    public func isInternal(_ observed: Resource) -> Bool { true }

    /// How long one that was just made, or that failed, has to come up by itself before it is drift, and after it was
    /// started anew before that is done again. Seconds; some reconnects, which come every 5 s by default.
    public static let patience = (first: 30.0, again: 60.0)
    /// Safety rule 9.
    public static let restartsPerHour = 3

    /// `link orders/shovel/overflow`, `link orders/exchange/events/berlin`.
    public static func id(_ link: Link) -> ResourceID {
        let parts = [link.mover.rawValue, link.name] + [link.upstream, link.upstreamName].compactMap { $0 }
        return ResourceID(kind, vhost: link.vhost, name: joinedName(parts))
    }

    public static func resource(_ link: Link) -> Resource {
        func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
        return Resource(
            id(link),
            [
                "state": .string(link.state.rawValue), "error": text(link.error), "node": text(link.node),
                "handle": text(link.handle), "mover": .string(link.mover.rawValue), "of": .string(link.name),
                "upstream": text(link.upstream),
            ])
    }

    /// The links of a reading, and the shovels that the broker has and no node runs.
    ///
    /// A node that a shovel or link has left may report it still: of several reports the best one counts.
    public static func reading(_ links: [Link], shovels: Reading?) -> Reading {
        var all: [ResourceID: Resource] = [:]
        for link in links {
            let id = id(link)
            if let other = all[id], other.linkState.place <= link.state.place { continue }
            all[id] = resource(link)
        }
        for shovel in (shovels?.resources ?? [:]).keys {
            let link = Link(
                .shovel, vhost: shovel.vhost ?? "", name: shovel.name, state: .absent,
                error: "no node of the cluster runs it")
            if all[id(link)] == nil { all[id(link)] = resource(link) }
        }
        return .known(all)
    }

    /// The upstream or shovel of the manifest that makes it.
    static func maker(of link: Resource) -> ResourceID {
        let vhost = link.id.vhost ?? ""
        if let upstream = link["upstream"]?.string { return UpstreamKind.id(vhost, upstream) }
        return ResourceID("shovel", vhost: vhost, name: link["of"]?.string ?? "")
    }

    /// Those that the manifest is about, in the order of their names.
    public static func links(in observation: Observation, of desired: [Resource]) -> [Resource] {
        guard let links = observation.readings[kind]?.resources, !links.isEmpty else { return [] }
        let makers = Set(desired.map(\.id))
        return links.values.filter { makers.contains(maker(of: $0)) }.sorted { $0.id < $1.id }
    }

    /// How many of all that the broker has are in each state, by what they are.
    public static func counts(in observation: Observation) -> [String: [String: Int]] {
        let links = observation.readings[kind]?.resources?.values.map { $0 } ?? []
        return Dictionary(grouping: links) { $0["mover"]?.string ?? "" }
            .mapValues { Dictionary(grouping: $0, by: \.linkState.rawValue).mapValues(\.count) }
    }

    /// What is to run: all that runs, and what does not and had its time.
    public static func desired(in observation: Observation, of desired: [Resource]) -> [Resource] {
        links(in: observation, of: desired).filter { link in
            link.linkState == .running || !isSettling(link.id, in: observation)
        }.map { Resource($0.id, ["state": .string(Link.State.running.rawValue), "error": .null]) }
    }

    /// Whether one that does not run still has time to come up by itself.
    public static func isSettling(_ id: ResourceID, in observation: Observation) -> Bool {
        guard let past = observation.links[id] else { return true }
        return observation.readAt.seconds(since: past.since) < patience.first
    }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        guard let id = change.observed?.id, let past = world.observation.links[id] else { return nil }
        if past.wasJustRestarted {
            return Refusal(.other("settling"), "it was started anew just now; Warren waits for it")
        }
        guard past.restarts >= Self.restartsPerHour else { return nil }
        return Refusal(
            .other("budget"),
            "it was started anew \(past.restarts) times within an hour and does not run; look at its error, at the "
                + "broker on the other side and at the account in its URI; the broker itself goes on trying")
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .restart(LinkRestart.call(observed ?? desired))
    }
}

extension Resource {
    /// Of a resource of the kind link.
    public var linkState: Link.State { self["state"]?.string.flatMap(Link.State.init) ?? .down }
}

extension Link.State {
    /// The lower one tells more of what is so.
    fileprivate var place: Int {
        switch self {
        case .running: 0
        case .starting: 1
        case .down: 2
        case .absent: 3
        }
    }
}
