import ClusterModel

/// A service of a host, which has to run.
public struct ServiceKind: ResourceKind {
    public init() {}

    public var kind: Kind { "service" }
    public var modeKey: String { "services" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .services }
    public var fieldOrder: [String] { ["state"] }

    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    public static func resource(_ service: HostService, _ state: ServiceState = .running) -> Resource {
        Resource(service.id, ["state": .string(state.rawValue)])
    }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        guard let service = change.desired.flatMap({ HostService(rawValue: $0.id.name) }) else { return nil }
        switch world.state(of: service) {
        case .starting: return Refusal(.other("starting"), "it is starting; Warren waits for it")
        case .missing: return Refusal(.other("installed"), "\(service.rawValue) is not installed on this host")
        default: break
        }
        if service == .rabbitmq, let reason = world.host?.start.reasonToWait {
            return Refusal(.other("formation"), reason)
        }
        if service == .rabbitmq, let mark = world.host?.forceLoad {
            return Refusal(.other("force-load"), ForceLoad.alarm(mark))
        }
        if service == .keepalived, let problem = world.host?.addressProblem {
            return Refusal(.other("address"), problem)
        }
        let starts = world.host?.recentStarts[service] ?? 0
        guard starts >= Self.startsPerHour else { return nil }
        return Refusal(
            .other("budget"),
            "it was started \(starts) times within an hour and did not stay up; see its log, then start it by hand")
    }

    /// Safety rule 9.
    public static let startsPerHour = 3

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .start(HostService(rawValue: desired.id.name) ?? .rabbitmq)
    }
}
