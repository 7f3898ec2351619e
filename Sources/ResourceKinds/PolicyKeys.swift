import ClusterModel

/// The keys of policy definitions, with the values and the versions that take them.
///
/// Source: the validators that a live 3.10.8 and a live 4.0.5 register; federation keys come from its plugin.
/// A key that no table names is let through: a plugin may register its own.
enum PolicyKeys {
    struct Key {
        let value: ValueRule
        var isForOperators = false
        var isForOperatorsFrom: BrokerVersion?
        var from: BrokerVersion?
        /// The first version without it, and what to write there instead.
        var until: (version: BrokerVersion, instead: String)?
    }

    static func problems(
        in definition: JSONValue, applyTo: String, isOperator: Bool, on version: BrokerVersion?
    ) -> [FieldProblem] {
        let members = definition.object ?? [:]
        var problems = members.sorted { $0.key.precedes($1.key) }.flatMap { name, value in
            keyProblems(name, value, isOperator: isOperator, on: version)
        }
        if members.isEmpty {
            problems.append(FieldProblem(["definition"], "the definition is empty; the broker wants at least one key"))
        }
        problems += combinations(members)
        let targetsOfOneType = ["classic_queues", "quorum_queues", "streams"]
        if let version, version < BrokerVersion(3, 12), targetsOfOneType.contains(applyTo) {
            problems.append(
                FieldProblem(
                    ["applyTo"],
                    "RabbitMQ \(version) does not know \(applyTo); write queues, exchanges or all"))
        }
        return problems
    }

    private static func keyProblems(
        _ name: String, _ value: JSONValue, isOperator: Bool, on version: BrokerVersion?
    ) -> [FieldProblem] {
        let path = ["definition", name]
        guard let key = table[name] else {
            guard let nearest = nearestWord(to: name, among: table.keys) else {
                return [FieldProblem(path, "\(name.printable) is no policy key that Warren knows", severity: .warning)]
            }
            return [FieldProblem(path, "unknown policy key \(name.printable); did you mean \(nearest)?")]
        }
        if let version, let until = key.until, version >= until.version {
            return [FieldProblem(path, "RabbitMQ \(version) has no \(name); \(until.instead)")]
        }
        if let version, let from = key.from, version < from {
            return [FieldProblem(path, "RabbitMQ \(version) does not know \(name); it came with \(from)")]
        }
        if isOperator, !key.isForOperators {
            guard let from = key.isForOperatorsFrom else {
                return [FieldProblem(path, "\(name) can't be set by an operator policy; write it in a policy")]
            }
            if let version, version < from {
                return [FieldProblem(path, "RabbitMQ \(version) takes \(name) in operator policies only from \(from)")]
            }
        }
        return key.value.complaint(about: value).map { [FieldProblem(path, "\(name) must be \($0)")] } ?? []
    }

    private static func combinations(_ members: [String: JSONValue]) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let federation = ["federation-upstream", "federation-upstream-set", "federation-upstream-pattern"]
        let used = federation.filter { members[$0] != nil }
        if used.count > 1 {
            problems.append(
                FieldProblem(["definition", used[1]], "write only one of \(used.joined(separator: " and "))"))
        }
        let mode = members["ha-mode"]?.string
        switch (mode, members["ha-params"]) {
        case ("exactly", let params) where (params?.integer ?? 0) < 1:
            problems.append(
                FieldProblem(["definition", "ha-mode"], "ha-mode exactly needs ha-params: a number of nodes from 1"))
        case ("nodes", let params) where params?.array?.isEmpty ?? true:
            problems.append(FieldProblem(["definition", "ha-mode"], "ha-mode nodes needs ha-params: a list of nodes"))
        case (nil, _?):
            problems.append(FieldProblem(["definition", "ha-params"], "ha-params has no meaning without ha-mode"))
        default:
            break
        }
        return problems
    }

    static let v4 = BrokerVersion(4, 0)
    private static let quorum: (BrokerVersion, String) = (
        v4, "mirroring is gone: declare a quorum queue (type: quorum, or defaultQueueType: quorum of its vhost)"
    )

    private static let table: [String: Key] = [
        "alternate-exchange": Key(value: .string),
        "consumer-timeout": Key(value: .integer(0...), from: BrokerVersion(3, 12)),
        "dead-letter-exchange": Key(value: .string),
        "dead-letter-routing-key": Key(value: .string),
        "dead-letter-strategy": Key(value: .oneOf(["at-most-once", "at-least-once"])),
        "delivery-limit": Key(value: .anyInteger, isForOperators: true),
        "expires": Key(value: .integer(1...), isForOperators: true),
        "message-ttl": Key(value: .integer(0...), isForOperators: true),
        "max-length": Key(value: .integer(0...), isForOperators: true),
        "max-length-bytes": Key(value: .integer(0...), isForOperators: true),
        "max-in-memory-length": Key(value: .integer(0...), isForOperators: true),
        "max-in-memory-bytes": Key(value: .integer(0...), isForOperators: true),
        "overflow": Key(value: .oneOf(["drop-head", "reject-publish", "reject-publish-dlx"]), isForOperatorsFrom: v4),
        "queue-mode": Key(value: .oneOf(["default", "lazy"])),
        "queue-version": Key(value: .integer(1...2), isForOperatorsFrom: v4),
        "queue-master-locator": Key(
            value: .oneOf(["min-masters", "client-local", "random"]), isForOperatorsFrom: v4),
        "queue-leader-locator": Key(value: .oneOf(["client-local", "balanced", "random", "least-leaders"])),
        "initial-cluster-size": Key(value: .integer(0...)),
        "target-group-size": Key(value: .integer(0...), isForOperatorsFrom: v4, from: BrokerVersion(3, 12)),
        "max-age": Key(value: .age),
        "stream-max-segment-size-bytes": Key(value: .integer(0...)),
        "stream-filter-size-bytes": Key(value: .integer(16...255), from: BrokerVersion(3, 13)),
        "ha-mode": Key(value: .oneOf(["all", "exactly", "nodes"]), until: quorum),
        "ha-params": Key(value: .any, until: quorum),
        "ha-sync-mode": Key(value: .oneOf(["manual", "automatic"]), until: quorum),
        "ha-sync-batch-size": Key(value: .integer(1...), until: quorum),
        "ha-promote-on-shutdown": Key(value: .oneOf(["always", "when-synced"]), until: quorum),
        "ha-promote-on-failure": Key(value: .oneOf(["always", "when-synced"]), until: quorum),
        "federation-upstream": Key(value: .string),
        "federation-upstream-set": Key(value: .string),
        "federation-upstream-pattern": Key(value: .string),
    ]
}
