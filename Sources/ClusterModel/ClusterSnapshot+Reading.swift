/// Why a document is no snapshot that can be compared with, and where in it that is.
public struct SnapshotProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Such as `kinds.policy.resources[3].name`; empty for the document itself.
    public let path: String
    public let message: String

    init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    public var description: String { (path.isEmpty ? message : "\(path): \(message)").printable }
}

extension ClusterSnapshot {
    /// Reads what `json` writes. What a later Warren of the same version adds is passed over.
    public init(json: JSONValue) throws(SnapshotProblem) {
        let document = SnapshotNode("", json)
        guard document.value["format"]?.string == Self.format else {
            throw SnapshotProblem("", "it is no snapshot; make one with warren status --snapshot on a broker's host")
        }
        guard let version = document.value["version"]?.integer, version > 0 else {
            throw SnapshotProblem("version", "it is no number; make the snapshot anew")
        }
        guard version <= Self.version else {
            throw SnapshotProblem(
                "version",
                "the snapshot has version \(version) and this Warren reads \(Self.version) at most; "
                    + "compare with a Warren as new as the one that made it")
        }
        let time = try document.member("observedAt")
        guard let readAt = Timestamp(iso8601: try time.text) else { throw time.wrong("a time of RFC 3339 in UTC") }
        var readings: [Kind: Reading] = [:]
        var created: Set<ResourceID> = []
        for (name, value) in try document.member("kinds").members {
            readings[Kind(name)] = try Self.reading(Kind(name), SnapshotNode("kinds.\(name)", value), &created)
        }
        self.init(
            cluster: try document.member("cluster").text, host: try document.member("host").text,
            revision: try document.optional("revision")?.text,
            observation: Observation(readings: readings, cluster: try Self.cluster(document), readAt: readAt),
            created: created)
    }

    private static func reading(
        _ kind: Kind, _ node: SnapshotNode, _ created: inout Set<ResourceID>
    ) throws(SnapshotProblem) -> Reading {
        if let unknown = try node.optional("unknown") { return .unknown(try unknown.text) }
        var resources: [ResourceID: Resource] = [:]
        for entry in try node.member("resources").elements {
            let id = ResourceID(kind, vhost: try entry.optional("vhost")?.text, name: try entry.member("name").text)
            guard resources[id] == nil else { throw SnapshotProblem(entry.path, "\(id) is there twice") }
            resources[id] = Resource(id, try entry.member("fields").members)
            if entry.value["created"]?.bool == true { created.insert(id) }
        }
        return .known(resources)
    }

    private static func cluster(_ document: SnapshotNode) throws(SnapshotProblem) -> Observation.ClusterReading {
        guard let view = try document.optional("view") else {
            return .unknown(try document.member("viewUnknown").text)
        }
        let version = try view.member("version")
        guard let broker = BrokerVersion(try version.text) else { throw version.wrong("a version of RabbitMQ") }
        var partitions: [String: [String]] = [:]
        for (name, value) in try view.member("partitions").members {
            partitions[name] = try SnapshotNode("view.partitions.\(name)", value).texts
        }
        return .known(
            ClusterView(
                version: broker, clusterName: try view.member("clusterName").text,
                members: try view.member("members").texts, runningMembers: try view.member("runningMembers").texts,
                partitions: partitions, alarms: try view.member("alarms").texts,
                identity: try view.optional("identity")?.text, isDrained: view.value["drained"]?.bool ?? false))
    }
}

/// A value of a document and where it is in it.
private struct SnapshotNode {
    let path: String
    let value: JSONValue

    init(_ path: String, _ value: JSONValue) {
        self.path = path
        self.value = value
    }

    /// A member that has to be there.
    func member(_ name: String) throws(SnapshotProblem) -> SnapshotNode {
        guard let member = try members[name] else { throw SnapshotProblem(place(name), "it is missing") }
        return SnapshotNode(place(name), member)
    }

    /// A member that may be absent or null.
    func optional(_ name: String) throws(SnapshotProblem) -> SnapshotNode? {
        guard let member = try members[name], member != .null else { return nil }
        return SnapshotNode(place(name), member)
    }

    var members: [String: JSONValue] {
        get throws(SnapshotProblem) {
            guard let members = value.object else { throw wrong("an object") }
            return members
        }
    }

    var elements: [SnapshotNode] {
        get throws(SnapshotProblem) {
            guard let elements = value.array else { throw wrong("a list") }
            return elements.enumerated().map { SnapshotNode("\(path)[\($0)]", $1) }
        }
    }

    var text: String {
        get throws(SnapshotProblem) {
            guard let text = value.string else { throw wrong("a string") }
            return text
        }
    }

    var texts: [String] {
        get throws(SnapshotProblem) {
            var texts: [String] = []
            for element in try elements { texts.append(try element.text) }
            return texts
        }
    }

    func wrong(_ expected: String) -> SnapshotProblem {
        SnapshotProblem(path, "it has to be \(expected) and is \(value.typeName)")
    }

    private func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
