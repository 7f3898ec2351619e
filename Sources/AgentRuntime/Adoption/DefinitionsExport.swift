import ClusterModel
import HostAccess

/// A definitions document with what it says about where it comes from: by `rabbitmqctl export_definitions` or by the
/// management API, of any version from 3.7 on.
public struct DefinitionsExport: Sendable {
    public let definitions: Definitions
    /// The version that wrote it, where it says so.
    public let version: BrokerVersion?
    /// The name of the cluster that it was taken from, where it says so.
    public let clusterName: String?

    /// The most bytes that an export may have.
    public static let limit = 256 << 20

    /// Reads a document.
    ///
    /// - Throws: `AdoptionFailure`, which says what is wrong with it and never quotes it, as it holds secrets.
    public init(_ bytes: [UInt8]) throws(AdoptionFailure) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let document: JSONValue
        do throws(JSONFailure) {
            document = try JSONValue(parsing: bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes)
        } catch {
            throw AdoptionFailure(
                "the definitions can't be read: \(error); take them with rabbitmqctl export_definitions FILE")
        }
        try self.init(document)
    }

    init(_ document: JSONValue) throws(AdoptionFailure) {
        guard let members = document.object, let definitions = Definitions(document),
            DefinitionsSection.allCases.contains(where: { members[$0.rawValue] != nil })
        else {
            throw AdoptionFailure(
                "this is JSON and no definitions export: there are no lists such as users, vhosts and queues in it; take "
                    + "one with rabbitmqctl export_definitions FILE")
        }
        guard Self.namesVhosts(definitions) else {
            throw AdoptionFailure(
                "this is the export of one vhost: its objects do not say which vhost they are in, and there are no users; "
                    + "take one of the whole broker with rabbitmqctl export_definitions FILE")
        }
        self.definitions = definitions
        version = (document["rabbitmq_version"] ?? document["rabbit_version"])?.string.flatMap { BrokerVersion($0) }
        let global = definitions[.globalParameters].last { $0["name"]?.string == "cluster_name" }?["value"]?.string
        clusterName = global ?? document["original_cluster_name"]?.string
    }

    /// An export of one vhost (`/api/definitions/VHOST`) leaves the vhost out of every object.
    private static func namesVhosts(_ definitions: Definitions) -> Bool {
        let scoped: [DefinitionsSection] = [.policies, .parameters, .exchanges, .queues, .bindings]
        if definitions.sections[.vhosts] != nil { return true }
        return scoped.allSatisfy { definitions[$0].allSatisfy { $0["vhost"] != nil } }
    }
}

/// Why nothing was adopted, and what to do about it.
public struct AdoptionFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
