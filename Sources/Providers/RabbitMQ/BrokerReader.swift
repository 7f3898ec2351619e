import ClusterModel
import HostAccess
import ResourceKinds

/// What one reading gave.
public struct BrokerReading: Sendable {
    public var observation: Observation
    /// The document that the cluster's resources were read from: it holds secrets.
    public let definitions: Definitions?
    /// Why the cluster could not be read; nil where it could.
    public let failure: BrokerFailure?

    public init(observation: Observation, definitions: Definitions?, failure: BrokerFailure? = nil) {
        self.observation = observation
        self.definitions = definitions
        self.failure = failure
    }
}

/// Reads everything of the broker with one process, however many objects there are.
public struct BrokerReader: Sendable {
    let tools: BrokerTools

    public init(tools: BrokerTools) { self.tools = tools }

    /// Never fails: what could not be read is unknown, with the reason.
    ///
    /// - Parameter beyondExport: also read what the broker's exports leave out.
    public func observe(at now: Timestamp, beyondExport: Bool = false) async -> BrokerReading {
        do {
            let records = try await tools.evaluate(ObservationScript.script(beyondExport: beyondExport))
            return reading(of: records, at: now)
        } catch {
            return nothing(error, at: now)
        }
    }

    /// The same, and the process that read it, which waits to change it; nil where the broker could not be read.
    ///
    public func observeAndStay(
        at now: Timestamp, beyondExport: Bool = false
    ) async -> (reading: BrokerReading, session: BrokerSession?) {
        do {
            let (records, session) = try await tools.open(ObservationScript.script(beyondExport: beyondExport))
            return (reading(of: records, at: now), session)
        } catch {
            return (nothing(error, at: now), nil)
        }
    }

    /// The cluster alone, or why it could not be read.
    public func clusterView() async throws(BrokerFailure) -> ClusterView {
        try Self.cluster(in: try await tools.evaluate(ObservationScript.cluster)).get()
    }

    /// What the records of a script say that ran `ObservationScript.call`.
    func reading(of records: ScriptRecords, at now: Timestamp) -> BrokerReading {
        reading(
            definitions: Self.definitions(in: records), cluster: Self.cluster(in: records),
            links: Self.links(in: records), at: now)
    }

    private func nothing(_ why: BrokerFailure, at now: Timestamp) -> BrokerReading {
        reading(definitions: .failure(why), cluster: .failure(why), links: .failure(why), at: now)
    }

    private func reading(
        definitions: Result<Definitions, BrokerFailure>, cluster: Result<ClusterView, BrokerFailure>,
        links: Result<[Link], BrokerFailure>, at now: Timestamp
    ) -> BrokerReading {
        var observation = Observation(
            readings: Self.readings(definitions), cluster: .init(cluster), readAt: now)
        observation.readings[PluginsKind.id.kind] = plugins()
        observation.readings[LinkKind.kind] =
            switch links {
            case .success(let links): LinkKind.reading(links, shovels: observation.readings["shovel"])
            case .failure(let failure): .unknown(failure.description)
            }
        observation.nameClusterByDefault()
        return BrokerReading(
            observation: observation, definitions: try? definitions.get(), failure: cluster.failure)
    }

    private static func definitions(in records: ScriptRecords) -> Result<Definitions, BrokerFailure> {
        document("definitions", "the broker's definitions", in: records).flatMap { json in
            guard let document = Definitions(json), document.isWhole else {
                return .failure(.garbled("what it printed is no whole definitions document"))
            }
            return .success(document)
        }
    }

    private static func cluster(in records: ScriptRecords) -> Result<ClusterView, BrokerFailure> {
        document("cluster", "the cluster's state", in: records).flatMap { json in
            guard var view = ClusterView(script: json) else {
                return .failure(.garbled("what it printed is no cluster's state"))
            }
            view.replicas = records["replicas"].flatMap { try? JSONValue(parsing: $0) }
                .flatMap(ReplicaView.init(script:))
            return .success(view)
        }
    }

    private static func links(in records: ScriptRecords) -> Result<[Link], BrokerFailure> {
        document("links", "the state of federation links and shovels", in: records).flatMap { json in
            guard let links = json["links"]?.array else {
                return .failure(.garbled("what it printed is no list of links"))
            }
            let silent = (json["silent"]?.array ?? []).compactMap(\.string)
            guard silent.isEmpty else {
                let nodes = silent.joined(separator: ", ").printable
                return .failure(.garbled("\(nodes) did not say how their federation links and shovels are"))
            }
            return .success(links.compactMap { Link(script: $0) })
        }
    }

    private static func document(
        _ key: String, _ title: String, in records: ScriptRecords
    ) -> Result<JSONValue, BrokerFailure> {
        if let words = records.text("failed-" + key) {
            return .failure(.refused("\(title) could not be read: " + BrokerFailure.words(output: words, errors: "")))
        }
        guard let bytes = records[key], let json = try? JSONValue(parsing: bytes) else {
            return .failure(.garbled("it did not print \(title)"))
        }
        return .success(json)
    }

    private static func readings(_ definitions: Result<Definitions, BrokerFailure>) -> [Kind: Reading] {
        Dictionary(
            uniqueKeysWithValues: ResourceKinds.inDefinitions.map { kind in
                switch definitions {
                case .success(let document): (kind.kind, .known(kind.reading(document)))
                case .failure(let failure): (kind.kind, .unknown(failure.description))
                }
            })
    }

    private func plugins() -> Reading {
        do throws(FileFailure) {
            return PluginsKind.reading(
                enabledPluginsFile: try readText(tools.installation.enabledPluginsFile))
        } catch {
            return .unknown("\(error)")
        }
    }

    private func readText(_ path: String) throws(FileFailure) -> String? {
        do throws(FileFailure) {
            return String(decoding: try FileContent.read(path, limit: 1 << 20), as: UTF8.self)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}

extension Observation.ClusterReading {
    fileprivate init(_ result: Result<ClusterView, BrokerFailure>) {
        switch result {
        case .success(let view): self = .known(view)
        case .failure(let failure): self = .unknown(failure.description)
        }
    }
}

extension Observation {
    /// A cluster that nobody named has a name all the same, which is in its status and in no definitions document.
    mutating func nameClusterByDefault() {
        let id = ClusterNameKind.id
        guard let named = readings[id.kind]?.resources, named.isEmpty else { return }
        switch cluster {
        case .unknown(let reason): readings[id.kind] = .unknown(reason)
        case .known(let view):
            if view.clusterName.isEmpty { return }
            readings[id.kind] = .known([id: Resource(id, ["value": .string(view.clusterName)])])
        }
    }
}

extension ResourceKind {
    /// What a definitions document holds of this kind, by identity.
    public func reading(_ document: Definitions) -> [ResourceID: Resource] {
        Dictionary(observed(in: document).map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    }
}

extension Definitions {
    /// Every broker has a user section and a vhost section; a document without them is not all of it.
    var isWhole: Bool { sections[.users] != nil && sections[.vhosts] != nil && sections[.policies] != nil }
}

extension ClusterView {
    /// Reads the record of `ClusterScript`; nil where what is needed is missing.
    init?(script json: JSONValue) {
        func names(_ key: String) -> [String]? { json[key]?.array?.compactMap(\.string) }
        guard let running = names("running_nodes"), let disc = names("disk_nodes"),
            let version = json["version"]?.string.flatMap({ BrokerVersion($0) })
        else { return nil }
        self.init(
            version: version, clusterName: json["cluster_name"]?.string ?? "",
            members: (disc + (names("ram_nodes") ?? [])).sorted(), runningMembers: running.sorted(),
            partitions: (json["partitions"]?.object ?? [:]).mapValues { $0.array?.compactMap(\.string) ?? [] },
            alarms: (json["alarms"]?.array ?? []).map { alarm in
                "\(alarm["resource"]?.string ?? "alarm") on \(alarm["node"]?.string ?? "?")"
            }, identity: json["identity"]?.string.flatMap { $0.isEmpty ? nil : $0 },
            isDrained: json["drained"]?.bool ?? false, messages: json["messages"]?.integer)
    }
}
