import ClusterModel
import GRDB

extension StateStore {
    /// Remembers the cluster as it was read. An unknown one keeps the last view and gets the reason.
    public func recordCluster(_ reading: Observation.ClusterReading, at now: Timestamp) throws(StateStoreError) {
        try write { db in
            switch reading {
            case .known(let view):
                try db.execute(
                    sql: "INSERT OR REPLACE INTO clusterReading (id, view, readAt) VALUES (1, ?, ?)",
                    arguments: ["\(view.stored)".withoutNUL, now.milliseconds])
            case .unknown(let reason):
                try db.execute(
                    sql: """
                        INSERT INTO clusterReading (id, unknownReason, unknownSince) VALUES (1, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET
                            unknownReason = excluded.unknownReason,
                            unknownSince = COALESCE(unknownSince, excluded.unknownSince)
                        """,
                    arguments: [reason.storedHead, now.milliseconds])
            }
        }
    }

    /// The cluster as it was last read; nil where nothing was ever recorded.
    public func cluster() throws(StateStoreError) -> ClusterRecord? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM clusterReading").map { row in
                ClusterRecord(
                    view: try (row["view"] as String?).map { try ClusterView(stored: JSONValue(stored: $0)) },
                    readAt: Timestamp(row["readAt"] as Int64?), unknownReason: row["unknownReason"],
                    unknownSince: Timestamp(row["unknownSince"] as Int64?))
            }
        }
    }

    /// Replaces all conditions. The transition of one moves only when its status changes.
    public func recordConditions(_ conditions: [Condition], at now: Timestamp) throws(StateStoreError) {
        try write { db in
            let known = try Dictionary(
                uniqueKeysWithValues: Self.conditions(db).map { ($0.condition.name, $0) })
            for condition in conditions where known[condition.name]?.condition != condition {
                let previous = known[condition.name]
                let isSame = previous?.condition.status == condition.status
                try db.execute(
                    sql: """
                        INSERT OR REPLACE INTO condition (name, status, reason, message, lastTransition)
                        VALUES (?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        condition.name.rawValue, condition.status.rawValue, condition.reason,
                        condition.message.storedHead,
                        (isSame ? previous?.lastTransition ?? now : now).milliseconds,
                    ])
            }
            for name in Set(known.keys).subtracting(conditions.map(\.name)) {
                try db.execute(sql: "DELETE FROM condition WHERE name = ?", arguments: [name.rawValue])
            }
        }
    }

    /// The conditions that were last recorded, in the order of `Condition.Name`.
    public func conditions() throws(StateStoreError) -> [ConditionRecord] {
        let all = try read { db in try Self.conditions(db) }
        return Condition.Name.allCases.compactMap { name in all.first { $0.condition.name == name } }
    }

    /// A name that this version does not know is left out: a later one may have more of them without a new schema.
    private static func conditions(_ db: Database) throws -> [ConditionRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM condition").compactMap { row in
            guard let name = Condition.Name(rawValue: row["name"]) else { return nil }
            let condition = Condition(
                name, try Condition.Status(stored: row["status"]), reason: row["reason"], row["message"])
            return ConditionRecord(condition: condition, lastTransition: Timestamp(row["lastTransition"] as Int64))
        }
    }
}

extension ClusterView {
    var stored: JSONValue {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        return [
            "version": .string("\(version)"), "clusterName": .string(clusterName), "members": list(members),
            "runningMembers": list(runningMembers), "partitions": .object(partitions.mapValues(list)),
            "alarms": list(alarms), "messages": messages.map(JSONValue.integer) ?? .null,
        ]
    }

    init(stored value: JSONValue) throws {
        func list(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
        guard let version = value["version"]?.string.flatMap({ BrokerVersion($0) }),
            let name = value["clusterName"]?.string
        else { throw UnreadableValue("holds an unreadable view of the cluster") }
        self.init(
            version: version, clusterName: name, members: list(value["members"]),
            runningMembers: list(value["runningMembers"]),
            partitions: (value["partitions"]?.object ?? [:]).mapValues { list($0) }, alarms: list(value["alarms"]),
            messages: value["messages"]?.integer)
    }
}
