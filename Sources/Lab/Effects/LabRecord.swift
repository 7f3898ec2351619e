import ClusterModel
import Foundation
import HostAccess

/// What is known of a lab, on disk before anything of it is made, so that whatever a killed `up` left can be removed.
public struct LabRecord: Sendable, Hashable, Codable {
    /// Only a lab that came up whole is `running`.
    public enum Phase: String, Sendable, Codable { case starting, running }

    public let plan: LabPlan
    public var phase: Phase
    public let startedAt: Timestamp
    /// The tree below every host's disk.
    public let base: String
    /// The manifest on this machine.
    public let manifest: String
    /// Hosts whose wire is pulled.
    public var cut: Set<String> = []
    public var separated: Set<HostPair> = []

    static func read(_ layout: LabLayout) throws -> LabRecord {
        guard (try? FileStatus(layout.directory)) != nil else { throw LabFailure.unknown(layout.lab) }
        guard (try? FileStatus(layout.record)) != nil else { throw LabFailure.incomplete(layout.lab) }
        let bytes = try FileContent.read(layout.record)
        do {
            return try JSONDecoder().decode(LabRecord.self, from: Data(bytes))
        } catch {
            throw LabFailure.refused(
                "\(layout.record) can't be understood. Remove the lab with: warren lab down --name \(layout.lab)")
        }
    }

    func write(_ layout: LabLayout) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(Array(encoder.encode(self)) + [0x0A], to: layout.record, mode: 0o600)
    }
}
