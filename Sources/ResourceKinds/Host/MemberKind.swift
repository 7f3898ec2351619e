import ClusterModel

/// A member of the cluster. Each blank node's own agent makes it join; the lead removes one that the manifest no longer
/// names, and forgets one whose disk came back blank, so that it joins again (facts/failure-modes §3.10).
public struct MemberKind: ResourceKind {
    public init() {}

    public var kind: Kind { "member" }
    public var modeKey: String { "members" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .membership }
    public var fieldOrder: [String] { ["disk"] }
    public var goesWithManifest: Bool { true }

    public func scope(of verb: Action.Verb) -> Action.Scope { verb == .create ? .host : .cluster }

    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    public static func id(_ node: String) -> ResourceID { ResourceID("member", name: node) }

    /// A member as it should be.
    public static func resource(_ node: String, _ type: Host.NodeType = .disc) -> Resource {
        Resource(id(node), ["nodeType": .string(type.rawValue), "disk": "present"])
    }

    /// A member that the cluster counts.
    public static func observed(_ node: String, isBlank: Bool) -> Resource {
        Resource(id(node), ["disk": isBlank ? "blank" : "present"])
    }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        guard let node = change.desired?.id.name else { return nil }
        if change.verb == .update {
            guard case .forget? = world.host?.blanks[node] else {
                let reason = world.host?.blanks[node]?.reasonToWait
                return Refusal(.other("replacement"), reason ?? "its host was not heard")
            }
            return nil
        }
        guard node == world.host?.node else {
            return Refusal(.other("other-host"), "its own host's agent starts it and makes it join")
        }
        switch world.host?.join {
        case .seed: return nil
        case .wait(let reason): return Refusal(.other("formation"), reason)
        case nil: return Refusal(.other("formation"), "the node does not run")
        }
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        if observed != nil {
            return .membership(.forget(member: desired.id.name, lost: desired["lost"]?.string))
        }
        let type = desired["nodeType"]?.string.flatMap(Host.NodeType.init) ?? .disc
        return .membership(.join(seed: desired["seed"]?.string ?? "", nodeType: type))
    }

    public func removal(of observed: Resource) -> Change? { .membership(.remove(member: observed.id.name)) }
}
