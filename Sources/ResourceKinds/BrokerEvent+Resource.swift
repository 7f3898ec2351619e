import ClusterModel

extension BrokerEvent {
    /// The events of which something of a manifest may be another than before. Those of clients that come and go are
    /// left out by the broker itself.
    ///
    /// - Parameter topology: whether queues, exchanges and bindings are asked for, which applications make at will.
    public static func pattern(topology: Bool) -> String {
        let names = [
            "policy\\.", "operator\\.policy\\.", "parameter\\.", "vhost\\.",
            "user\\.(created|deleted|password|tags|limits)", "permission\\.", "topic\\.permission\\.", "plugins\\.",
            "node\\.(added|deleted)", "maintenance\\.", "federation\\.link\\.", "shovel\\.worker\\.",
        ]
        let made = ["queue\\.(created|deleted)", "exchange\\.(created|deleted)", "binding\\."]
        return "^(" + (topology ? names + made : names).joined(separator: "|") + ")"
    }

    /// What one line of the stream says; nil where it names no event. Values are left where they are, as they may
    /// hold passwords.
    public init?(_ line: JSONValue) {
        guard let name = line["event"]?.string else { return nil }
        let user = line["user_who_performed_action"]?.string
        self.init(
            name, Self.resource(name, line), by: user == "rmq-internal" || user?.isEmpty == true ? nil : user,
            at: line["timestamp_in_ms"]?.integer.map { Timestamp(milliseconds: Int64($0)) },
            state: Self.state(name, line))
    }

    /// Whether nothing of a manifest can be another one after it.
    public var isNoise: Bool {
        let isOwn = resource.map { ParameterKind.isTransient($0) || $0 == GlobalParameterKind.leaseID } ?? false
        // A shovel that stands in a node's configuration has no vhost, and is none of a manifest's.
        return isOwn || state == Link.State.starting.rawValue || state != nil && resource == nil
    }

    private static func resource(_ event: String, _ line: JSONValue) -> ResourceID? {
        let (name, vhost) = (line["name"]?.string ?? "", line["vhost"]?.string)
        switch event.split(separator: ".").first {
        case "policy": return ResourceID("policy", vhost: vhost ?? "", name: name)
        case "operator": return ResourceID("operator-policy", vhost: vhost ?? "", name: name)
        case "parameter": return parameter(line["component"]?.string ?? "", vhost, name)
        // 3.10 does not say which vhost's limits they are; the parameter that it tells of just before does.
        case "vhost": return event.hasPrefix("vhost.limits") ? vhost.map(VhostKind.id) : VhostKind.id(name)
        case "user": return UserKind.id(line["username"]?.string ?? name)
        case "permission": return ResourceID("permission", vhost: vhost ?? "", name: line["user"]?.string ?? "")
        case "topic":
            let parts = [line["user"]?.string ?? "", line["exchange"]?.string ?? ""]
            return ResourceID("topic-permission", vhost: vhost ?? "", name: joinedName(parts))
        case "queue": return ResourceID("queue", vhost: vhost ?? "", name: name)
        case "exchange": return ResourceID("exchange", vhost: vhost ?? "", name: name)
        case "binding":
            let parts = ["source_name", "destination_kind", "destination_name", "routing_key"]
            return ResourceID("binding", vhost: vhost ?? "", name: joinedName(parts.map { line[$0]?.string ?? "" }))
        case "plugins": return PluginsKind.id
        case "federation", "shovel": return link(line)
        default: return nil
        }
    }

    private static func link(_ line: JSONValue) -> ResourceID? {
        guard let vhost = line["vhost"]?.string else { return nil }
        let mover = line["type"]?.string.flatMap(Link.Mover.init) ?? .shovel
        let name = line[mover == .shovel ? "name" : mover.rawValue]?.string ?? ""
        return LinkKind.id(
            Link(
                mover, vhost: vhost, name: name, upstream: line["upstream"]?.string,
                upstreamName: line["upstream_" + mover.rawValue]?.string, state: .down))
    }

    /// One that connects is neither up nor down, and one that can't does so every few seconds.
    private static func state(_ event: String, _ line: JSONValue) -> String? {
        guard event.hasPrefix("federation.") || event.hasPrefix("shovel.") else { return nil }
        return event.hasSuffix(".removed") ? "removed" : line["status"]?.string
    }

    private static func parameter(_ component: String, _ vhost: String?, _ name: String) -> ResourceID {
        switch component {
        case "global" where name == "cluster_name": ClusterNameKind.id
        case "global": ResourceID("global-parameter", name: name)
        case "operator_policy": ResourceID("operator-policy", vhost: vhost ?? "", name: name)
        case "vhost-limits": VhostKind.id(vhost ?? "")
        case UpstreamKind.component: UpstreamKind.id(vhost ?? "", name)
        case UpstreamSetKind.component: ResourceID("upstream-set", vhost: vhost ?? "", name: name)
        case ShovelKind.component: ResourceID("shovel", vhost: vhost ?? "", name: name)
        default: ResourceID("parameter", vhost: vhost ?? "", name: joinedName([component, name]))
        }
    }
}

extension ParameterKind {
    fileprivate static func isTransient(_ id: ResourceID) -> Bool {
        id.kind == "parameter" && transient.contains { id.name.hasPrefix($0 + "/") }
    }
}

extension GlobalParameterKind {
    fileprivate static let leaseID = ResourceID("global-parameter", name: lease)
}

extension ResourceID {
    /// What takes this resource along when it goes: its vhost, its account, the ends of a binding.
    public var holders: [ResourceID] {
        let vhosts = vhost.map { [VhostKind.id($0)] } ?? []
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map { part in
            String(part).replacing("%2F", with: "/").replacing("%25", with: "%")
        }
        switch kind {
        case "permission": return vhosts + [UserKind.id(name)]
        case "topic-permission":
            // 3.10 tells that one is cleared as `permission.deleted`, without the exchange.
            return [ResourceID("permission", vhost: vhost, name: parts[0])] + vhosts + [UserKind.id(parts[0])]
        case "binding" where parts.count >= 4:
            return [
                ResourceID("exchange", vhost: vhost, name: parts[0]),
                ResourceID(Kind(parts[1] == "exchange" ? "exchange" : "queue"), vhost: vhost, name: parts[2]),
            ] + vhosts
        default: return vhosts
        }
    }
}
