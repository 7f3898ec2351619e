import ClusterModel
import Glibc
import HostAccess
import ResourceKinds

/// What one reading gave.
public struct BrokerReading: Sendable {
    public let observation: Observation
    /// The document that the cluster's resources were read from, as the broker gave it: it holds secrets.
    public let definitions: Definitions?
}

/// Reads everything of the broker with two processes, however many objects there are.
public struct BrokerReader: Sendable {
    let tools: BrokerTools

    public init(tools: BrokerTools) { self.tools = tools }

    /// Never fails: what could not be read is unknown, with the reason.
    ///
    /// - Parameters:
    ///   - beyondExport: also read what the broker's exports leave out, with one more process.
    ///   - view: what was read of the cluster a moment ago, which saves a process; nil reads it anew.
    public func observe(
        at now: Timestamp, beyondExport: Bool = false, recently view: ClusterView? = nil
    ) async -> BrokerReading {
        async let definitions = definitions()
        async let cluster = clusterReading(orRecently: view)
        var document = await definitions
        if beyondExport { document = await document.including(internalExchanges) }
        var observation = await Observation(readings: readings(document), cluster: cluster, readAt: now)
        observation.readings[PluginsKind.id.kind] = plugins()
        observation.nameClusterByDefault()
        observation.nameClusterAsDefined()
        return BrokerReading(observation: observation, definitions: try? document.get())
    }

    /// The cluster alone, for a guard that has to be looked at again.
    public func clusterReading() async -> Observation.ClusterReading {
        do {
            return .known(try await clusterView())
        } catch {
            return .unknown(error.description)
        }
    }

    /// The cluster alone, or why it could not be read.
    public func clusterView() async throws(BrokerFailure) -> ClusterView {
        let result = try await tools.read("rabbitmqctl", ["-q", "cluster_status", "--formatter", "json"])
        guard let json = JSONValue(outputOf: result),
            let view = ClusterView(clusterStatus: json, contacted: tools.installation.nodeName)
        else { throw .garbled("cluster_status printed no cluster status") }
        return view
    }

    /// A definitions document of the running broker.
    public func definitions() async -> Result<Definitions, BrokerFailure> {
        do {
            let result = try await tools.read("rabbitmqctl", ["-q", "export_definitions", "-"])
            if let document = JSONValue(outputOf: result).flatMap({ Definitions($0) }), document.isWhole {
                return .success(document)
            }
            // The broken export begins with it; a document may hold it anywhere.
            let beginning = String(decoding: result.stdoutBytes.prefix(4096), as: UTF8.self)
            guard beginning.contains("badrpc") || beginning.contains(":EXIT") else {
                return .failure(.garbled("export_definitions printed no definitions document"))
            }
            return .success(try await assembledDefinitions())
        } catch {
            return .failure(error)
        }
    }

    private func internalExchanges() async throws(BrokerFailure) -> Definitions {
        let bytes = try await tools.evaluate(InternalExchangesScript.text)[0] ?? []
        guard let document = (try? JSONValue(parsing: bytes)).flatMap({ Definitions($0) }) else {
            throw .garbled("eval_file printed no internal exchanges")
        }
        return document
    }

    private func clusterReading(orRecently view: ClusterView?) async -> Observation.ClusterReading {
        if let view { .known(view) } else { await clusterReading() }
    }

    private func assembledDefinitions() async throws(BrokerFailure) -> Definitions {
        guard let bytes = try await tools.evaluate(DefinitionsScript.text)[0] else {
            throw .garbled("the definitions that eval_file was to print did not come")
        }
        guard let document = (try? JSONValue(parsing: bytes)).flatMap({ Definitions($0) }), document.isWhole else {
            throw .garbled("eval_file printed no definitions document")
        }
        return document
    }

    private func readings(_ definitions: Result<Definitions, BrokerFailure>) -> [Kind: Reading] {
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

extension Observation {
    /// The definitions are read after the view that is handed on from before a renaming.
    fileprivate mutating func nameClusterAsDefined() {
        guard case .known(var view) = cluster, let name = self[ClusterNameKind.id]?["value"]?.string else { return }
        view.clusterName = name
        cluster = .known(view)
    }
}

extension ResourceKind {
    /// What a definitions document holds of this kind, by identity.
    public func reading(_ document: Definitions) -> [ResourceID: Resource] {
        Dictionary(observed(in: document).map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    }
}

extension Result<Definitions, BrokerFailure> {
    /// Both documents as one; without the second there is none, as half an observation would report what it lacks
    /// as missing.
    fileprivate func including(_ more: () async throws(BrokerFailure) -> Definitions) async -> Self {
        guard case .success(let document) = self else { return self }
        do throws(BrokerFailure) {
            return .success(Definitions(document.sections.merging(try await more().sections) { $0 + $1 }))
        } catch {
            return .failure(error)
        }
    }
}

extension Definitions {
    /// Every broker has a user section and a vhost section; a document without them is not all of it.
    var isWhole: Bool { sections[.users] != nil && sections[.vhosts] != nil && sections[.policies] != nil }
}

extension JSONValue {
    /// The JSON that a tool printed, after the log lines that 4.x writes before it.
    init?(outputOf result: ProcessResult) {
        let bytes = result.stdoutBytes
        guard let start = Self.firstLine(of: bytes), let value = try? JSONValue(parsing: Array(bytes[start...])) else {
            return nil
        }
        self = value
    }

    /// The first line that can begin a document: `[error] …` is a line of the log.
    private static func firstLine(of bytes: [UInt8]) -> Int? {
        var line = bytes.startIndex
        while line < bytes.endIndex {
            let isObject = bytes[line] == UInt8(ascii: "{")
            if isObject || bytes[line] == UInt8(ascii: "[") && !isLogLevel(bytes[line...].dropFirst()) { return line }
            guard let next = lineAfter(line, in: bytes) else { return nil }
            line = next
        }
        return nil
    }

    /// `memchr`, as output may be tens of megabytes without a line break.
    private static func lineAfter(_ line: Int, in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { area in
            guard let start = area.baseAddress,
                let found = memchr(start + line, CInt(UInt8(ascii: "\n")), area.count - line)
            else { return nil }
            return start.distance(to: found) + 1
        }
    }

    private static func isLogLevel(_ bytes: ArraySlice<UInt8>) -> Bool {
        let word = bytes.prefix(20).prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        return !word.isEmpty && word.endIndex < bytes.endIndex && bytes[word.endIndex] == UInt8(ascii: "]")
    }
}

extension ClusterView {
    /// Reads `rabbitmqctl cluster_status --formatter json`; nil where what is needed is missing.
    init?(clusterStatus json: JSONValue, contacted node: String) {
        func names(_ key: String) -> [String]? { json[key]?.array?.compactMap(\.string) }
        guard let running = names("running_nodes"), let disc = names("disk_nodes"),
            let versions = json["versions"]?.object,
            let own = versions[node] ?? versions.sorted(by: { $0.key < $1.key }).first?.value,
            let version = own["rabbitmq_version"]?.string.flatMap({ BrokerVersion($0) })
        else { return nil }
        self.init(
            version: version, clusterName: json["cluster_name"]?.string ?? "",
            members: (disc + (names("ram_nodes") ?? [])).sorted(), runningMembers: running.sorted(),
            partitions: (json["partitions"]?.object ?? [:]).mapValues { $0.array?.compactMap(\.string) ?? [] },
            alarms: (json["alarms"]?.array ?? []).map { alarm in
                "\(alarm["resource"]?.string ?? alarm["type"]?.string ?? "alarm") on \(alarm["node"]?.string ?? "?")"
            })
    }
}
