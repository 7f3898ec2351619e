import ClusterModel

/// The keys of upstreams and shovels, with the values and the versions that take them.
///
/// Source: RabbitMQ's parameter validators of 3.10.8 and 4.0.5. The broker refuses a value with an unknown key.
enum ParameterKeys {
    struct Key {
        let value: ValueRule
        var from: BrokerVersion?
        var until: BrokerVersion?

        init(_ value: ValueRule, from: BrokerVersion? = nil, until: BrokerVersion? = nil) {
            self.value = value
            self.from = from
            self.until = until
        }
    }

    static func problems(
        in members: [String: JSONValue], at path: [String], table: [String: Key], reserved: [String: String] = [:],
        on version: BrokerVersion?
    ) -> [FieldProblem] {
        members.sorted { $0.key.precedes($1.key) }.compactMap { name, value in
            problem(name, value, table: table, reserved: reserved, on: version)
                .map { FieldProblem(path + [name], $0) }
        }
    }

    private static func problem(
        _ name: String, _ value: JSONValue, table: [String: Key], reserved: [String: String], on version: BrokerVersion?
    ) -> String? {
        if let instead = reserved[name] { return "\(name) has no place here; \(instead)" }
        guard let key = table[name] else {
            let hint = nearestWord(to: name, among: table.keys).map { "; did you mean \($0)?" } ?? ""
            return "unknown key \(name.printable)\(hint)"
        }
        if let version, let from = key.from, version < from {
            return "RabbitMQ \(version) does not know \(name); it came with \(from)"
        }
        if let version, let until = key.until, version >= until { return "RabbitMQ \(version) has no \(name) any more" }
        return key.value.complaint(about: value).map { "\(name) must be \($0)" }
    }

    /// Literal URIs of the wrong kind; what a secret holds is for the broker to judge.
    static func uriProblems(_ desired: Resource, _ field: String, _ rule: ValueRule) -> [FieldProblem] {
        guard let value = desired[field], let complaint = rule.complaint(about: value) else { return [] }
        return [FieldProblem([field], "\(field) must be \(complaint)")]
    }

    /// The object without members that say what the broker does anyway.
    static func withoutDefaults(_ value: JSONValue, _ defaults: [String: JSONValue]) -> JSONValue {
        guard let members = value.asObject.object else { return value }
        return .object(members.filter { defaults[$0.key] != $0.value })
    }

    private static let v4 = BrokerVersion(4, 0)

    /// https://www.rabbitmq.com/docs/federation-reference
    static let upstream: [String: Key] = [
        "exchange": Key(.string), "queue": Key(.string), "consumer-tag": Key(.string),
        "prefetch-count": Key(.integer(0...)), "reconnect-delay": Key(.integer(0...)), "max-hops": Key(.integer(0...)),
        "expires": Key(.integer(0...)), "message-ttl": Key(.integer(0...)), "trust-user-id": Key(.boolean),
        "ack-mode": Key(.oneOf(["on-confirm", "on-publish", "no-ack"])), "bind-nowait": Key(.boolean),
        "resource-cleanup-mode": Key(.oneOf(["default", "never"])),
        "channel-use-mode": Key(.oneOf(["multiple", "single"])), "ha-policy": Key(.string, until: v4),
        "queue-type": Key(.oneOf(["classic", "quorum"]), from: BrokerVersion(3, 13)),
    ]

    static let upstreamDefaults: [String: JSONValue] = [
        "prefetch-count": 1000, "reconnect-delay": 5, "max-hops": 1, "trust-user-id": false, "ack-mode": "on-confirm",
        "bind-nowait": false, "resource-cleanup-mode": "default", "channel-use-mode": "multiple",
    ]

    private static let protocols = ValueRule.oneOf(["amqp091", "amqp10"])

    /// https://www.rabbitmq.com/docs/shovel-dynamic
    static let shovel: [String: Key] = [
        "src-protocol": Key(protocols), "dest-protocol": Key(protocols), "reconnect-delay": Key(.integer(0...)),
        "ack-mode": Key(.oneOf(["on-confirm", "on-publish", "no-ack"])),
        "src-queue": Key(.string), "src-exchange": Key(.string), "src-exchange-key": Key(.string),
        "src-queue-args": Key(.object), "src-consumer-args": Key(.object), "src-prefetch-count": Key(.integer(0...)),
        "src-delete-after": Key(.deleteAfter), "src-predeclared": Key(.boolean, from: v4), "src-address": Key(.string),
        "dest-queue": Key(.string), "dest-exchange": Key(.string), "dest-exchange-key": Key(.string),
        "dest-queue-args": Key(.object), "dest-address": Key(.string), "dest-predeclared": Key(.boolean, from: v4),
        "dest-add-forward-headers": Key(.boolean), "dest-add-timestamp-header": Key(.boolean),
        "dest-publish-properties": Key(.object), "dest-application-properties": Key(.object),
        "dest-message-annotations": Key(.object), "dest-properties": Key(.object),
        "prefetch-count": Key(.integer(0...)), "delete-after": Key(.deleteAfter), "add-forward-headers": Key(.boolean),
        "add-timestamp-header": Key(.boolean), "publish-properties": Key(.object),
    ]

    static let shovelDefaults: [String: JSONValue] = [
        "src-protocol": "amqp091", "dest-protocol": "amqp091", "ack-mode": "on-confirm", "src-prefetch-count": 1000,
        "src-delete-after": "never", "dest-add-forward-headers": false, "dest-add-timestamp-header": false,
        "reconnect-delay": 5,
    ]
}
