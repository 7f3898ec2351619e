import ClusterModel

/// Users of the broker's internal database.
///
/// The manifest's `password` never reaches the comparison: before it, the host turns it into the observed salted
/// hash where that verifies, else into a new one (`UserKind.settled`).
public struct UserKind: ResourceKind {
    public init() {}

    public static func id(_ name: String) -> ResourceID { ResourceID("user", name: name) }
    static let limitNames = ["max-connections", "max-channels"]

    public var kind: Kind { "user" }
    public var fieldOrder: [String] { ["password", "passwordHash", "hashingAlgorithm", "tags", "limits"] }
    public var secretFields: Set<String> { ["password", "passwordHash"] }
    public var pruneKey: String? { "users" }

    public var section: ManifestSection? {
        ManifestSection(
            ["users"],
            of: [
                Property("name", .name, required: true, "The user's name."),
                Property("password", .secret, "The password. Neither this nor passwordHash: no password login."),
                Property("passwordHash", .secret, "Base64 of the salted hash, as definitions exports have it."),
                Property(
                    "hashingAlgorithm", .choice(["sha256", "sha512", "md5"]), default: "sha256",
                    "The algorithm of passwordHash."),
                Property("tags", .list(.name), default: [], "Tags such as administrator or monitoring, in any order."),
                Property(
                    "limits",
                    .object(Self.limitNames.map { Property($0, .integer(-1...Int(Int32.max)), "A limit; -1: none.") }),
                    default: [:], "Limits of the user; no limits where it is left out."),
                Property(
                    "permissions", .list(.object(PermissionKind.properties)), default: [],
                    "What the user may do in each vhost."),
                Property(
                    "topicPermissions", .list(.object(TopicPermissionKind.properties)), default: [],
                    "Which routing keys the user may use."),
            ], "Users with their permissions.")
    }

    public func desired(in spec: Located) -> [Resource] {
        entries(in: spec).map { entry in
            var fields: [String: JSONValue] = [
                "tags": VhostKind.tags(entry["tags"]?.json),
                "limits": entry["limits"]?.json ?? [:],
                "hashingAlgorithm": entry["hashingAlgorithm"]?.json ?? "sha256",
                "passwordHash": entry["passwordHash"]?.json ?? "",
            ]
            if let password = entry["password"]?.json {
                fields["password"] = password
                fields["passwordHash"] = nil
            }
            return Resource(Self.id(entry["name"]?.string ?? ""), fields, declaredBy: entry)
        }
    }

    public func observed(in definitions: Definitions) -> [Resource] {
        definitions[.users].map { value in
            Resource(
                Self.id(value["name"]?.string ?? ""),
                [
                    "passwordHash": value["password_hash"] ?? "",
                    "hashingAlgorithm": .string(Self.shortAlgorithm(value["hashing_algorithm"]?.string)),
                    "tags": VhostKind.tags(value["tags"]),
                    "limits": (value["limits"] ?? [:]).asObject,
                ])
        }
    }

    static func shortAlgorithm(_ module: String?) -> String {
        let prefix = "rabbit_password_hashing_"
        guard let module, module.hasPrefix(prefix) else { return "sha256" }
        return String(module.dropFirst(prefix.count))
    }

    /// The user with the password replaced by a hash: the observed one where `verifies` says that it is the
    /// password's, else what `newHash` gives.
    public static func settled(
        _ desired: Resource, observed: Resource?,
        verifies: (_ password: String, _ hash: String, _ algorithm: String) -> Bool,
        newHash: (_ password: String) -> String
    ) -> Resource {
        guard let password = desired["password"]?.string else { return desired }
        var settled = desired
        settled.fields["password"] = nil
        let hash = observed?["passwordHash"]?.string ?? ""
        let algorithm = observed?["hashingAlgorithm"]?.string ?? "sha256"
        if verifies(password, hash, algorithm) {
            settled.fields["passwordHash"] = .string(hash)
            settled.fields["hashingAlgorithm"] = .string(algorithm)
        } else {
            settled.fields["passwordHash"] = .string(newHash(password))
            settled.fields["hashingAlgorithm"] = "sha256"
        }
        return settled
    }

    public func problems(of desired: Resource, on version: BrokerVersion?) -> [FieldProblem] {
        guard let entry = desired.declaration, entry["password"] != nil, entry["passwordHash"] != nil else { return [] }
        return [FieldProblem(["passwordHash"], "write either password or passwordHash, not both")]
    }

    /// The hash always goes along: an import without one clears the password.
    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        let hash = desired["passwordHash"] ?? observed?["passwordHash"] ?? ""
        let algorithm = desired["hashingAlgorithm"]?.string ?? "sha256"
        let entry: JSONValue = [
            "name": .string(desired.id.name), "password_hash": hash,
            "hashing_algorithm": .string("rabbit_password_hashing_\(algorithm)"),
            "tags": desired["tags"] ?? [], "limits": limits(desired, over: observed),
        ]
        return .merge([DefinitionsEntry(.users, entry)])
    }

    /// An import adds limits and takes none away (seen on 3.10.8 and 4.0.5), so that those that are to go are lifted.
    private func limits(_ desired: Resource, over observed: Resource?) -> JSONValue {
        let lifted = (observed?["limits"]?.object ?? [:]).mapValues { _ in JSONValue.integer(-1) }
        return .object(lifted.merging(desired["limits"]?.object ?? [:]) { _, wanted in wanted })
    }

    /// A limit of -1 is none.
    public func comparable(_ field: String, _ value: JSONValue) -> JSONValue {
        guard field == "limits", let limits = value.object else { return value.pairListsAsObjects }
        return JSONValue.object(limits.filter { $0.value != -1 }).pairListsAsObjects
    }

    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        guard change.verb == .delete, change.observed?.id.name == "guest" else { return nil }
        return Refusal(
            .other("default-user"), "the broker's default user is never deleted; delete it by hand if you mean it")
    }

    public func removal(of observed: Resource) -> Change? {
        .remove(Removal("rabbit_auth_backend_internal:delete_user(U, User)", ["U": observed.id.name]))
    }

    public func manifestEntry(for observed: Resource, among all: [Kind: [Resource]]) -> JSONValue? {
        var entry = observed.fields
        entry["name"] = .string(observed.id.name)
        if entry["tags"] == [] { entry["tags"] = nil }
        if entry["limits"] == [:] { entry["limits"] = nil }
        if entry["passwordHash"] == "" { entry["passwordHash"] = nil }
        if entry["hashingAlgorithm"] == "sha256" { entry["hashingAlgorithm"] = nil }
        let own = { (kind: Kind) in (all[kind] ?? []).filter { $0["user"] == .string(observed.id.name) } }
        let permissions = own("permission").map(PermissionKind.nestedEntry)
        let topics = own("topic-permission").map(TopicPermissionKind.nestedEntry)
        if !permissions.isEmpty { entry["permissions"] = .array(permissions) }
        if !topics.isEmpty { entry["topicPermissions"] = .array(topics) }
        return .object(entry)
    }
}
