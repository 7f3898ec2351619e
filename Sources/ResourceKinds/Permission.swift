import ClusterModel

/// What a user may configure, write and read in a vhost.
public struct PermissionKind: ResourceKind {
    public init() {}

    public var kind: Kind { "permission" }
    public var fieldOrder: [String] { ["configure", "write", "read"] }
    public var pruneKey: String? { "users" }

    static let properties = [
        Property("vhost", .name, required: true, "The vhost."),
        Property("configure", .regularExpression, default: "", "Names that may be declared and deleted; empty: none."),
        Property("write", .regularExpression, default: "", "Names that may be written to; empty: none."),
        Property("read", .regularExpression, default: "", "Names that may be read from; empty: none."),
    ]

    public func desired(in spec: Located) -> [Resource] {
        UserKind().entries(in: spec).flatMap { user in
            (user["permissions"]?.elements ?? []).map { entry in
                resource(entry["vhost"]?.string, user["name"]?.string, { entry[$0]?.json }, declaredBy: entry)
            }
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions[.permissions].map { value in
            resource(value["vhost"]?.string, value["user"]?.string, { value[$0] })
        }
    }

    private func resource(
        _ vhost: String?, _ user: String?, _ field: (String) -> JSONValue?, declaredBy entry: Located? = nil
    ) -> Resource {
        Resource(
            ResourceID(kind, vhost: vhost ?? "", name: user ?? ""),
            [
                "user": .string(user ?? ""), "configure": field("configure") ?? "", "write": field("write") ?? "",
                "read": field("read") ?? "",
            ], declaredBy: entry)
    }

    public func references(of desired: Resource) -> [Reference] {
        [Reference(["vhost"], VhostKind.id(desired.id.vhost ?? ""))]
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .merge([DefinitionsEntry(.permissions, entryWithVhost(desired))])
    }

    public func removal(of observed: Resource) -> Change? {
        .remove(
            Removal(
                "rabbit_auth_backend_internal:clear_permissions(U, V, User)",
                ["U": observed.id.name, "V": observed.id.vhost ?? ""]))
    }

    static func nestedEntry(_ observed: Resource) -> JSONValue {
        entryWithVhost(observed, without: "user")
    }
}

/// Which routing keys of a topic exchange a user may write and read.
public struct TopicPermissionKind: ResourceKind {
    public init() {}

    public var kind: Kind { "topic-permission" }
    public var fieldOrder: [String] { ["write", "read"] }
    public var pruneKey: String? { "users" }

    static let properties = [
        Property("vhost", .name, required: true, "The vhost."),
        Property("exchange", .name, required: true, "The topic exchange."),
        Property("write", .regularExpression, default: "", "Routing keys that may be published with; empty: none."),
        Property("read", .regularExpression, default: "", "Routing keys that may be bound with; empty: none."),
    ]

    public func desired(in spec: Located) -> [Resource] {
        UserKind().entries(in: spec).flatMap { user in
            (user["topicPermissions"]?.elements ?? []).map { entry in
                resource(
                    entry["vhost"]?.string, user["name"]?.string, entry["exchange"]?.string, { entry[$0]?.json },
                    declaredBy: entry)
            }
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions[.topicPermissions].map { value in
            resource(value["vhost"]?.string, value["user"]?.string, value["exchange"]?.string, { value[$0] })
        }
    }

    private func resource(
        _ vhost: String?, _ user: String?, _ exchange: String?, _ field: (String) -> JSONValue?,
        declaredBy entry: Located? = nil
    ) -> Resource {
        Resource(
            ResourceID(kind, vhost: vhost ?? "", name: joinedName([user ?? "", exchange ?? ""])),
            [
                "user": .string(user ?? ""), "exchange": .string(exchange ?? ""), "write": field("write") ?? "",
                "read": field("read") ?? "",
            ], declaredBy: entry)
    }

    public func references(of desired: Resource) -> [Reference] {
        [Reference(["vhost"], VhostKind.id(desired.id.vhost ?? ""))]
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .merge([DefinitionsEntry(.topicPermissions, entryWithVhost(desired))])
    }

    public func removal(of observed: Resource) -> Change? {
        .remove(
            Removal(
                "rabbit_auth_backend_internal:clear_topic_permissions(U, V, X, User)",
                [
                    "U": observed["user"]?.string ?? "", "V": observed.id.vhost ?? "",
                    "X": observed["exchange"]?.string ?? "",
                ]))
    }

    static func nestedEntry(_ observed: Resource) -> JSONValue {
        entryWithVhost(observed, without: "user")
    }
}

/// The fields with the vhost, which the identity holds: as definitions documents and users' entries have them.
private func entryWithVhost(_ resource: Resource, without field: String? = nil) -> JSONValue {
    var entry = resource.fields
    if let field { entry[field] = nil }
    entry["vhost"] = .string(resource.id.vhost ?? "")
    return .object(entry)
}

/// One name made of several that may hold any character: `%` and `/` in a part are written `%25` and `%2F`.
func joinedName(_ parts: [String]) -> String {
    parts.map { part in
        guard part.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "/") }) else { return part }
        return part.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "%": text += "%25"
            case "/": text += "%2F"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }.joined(separator: "/")
}
