import ClusterModel
import Digests
import Glibc
import HostAccess

/// Remembers which configuration the broker that runs has read, which it does only when it starts.
///
/// The record names one process, and is made when that one is first seen, of files that did not change since it began. So
/// a file that is changed later and put back is what the broker read, and one that changed unseen is told as unknown.
public struct StartRecord: Sendable {
    /// The files that a broker reads only when it starts, in its folder of configuration.
    public static let files = ["rabbitmq.conf", "rabbitmq-env.conf", "advanced.config"]
    /// Longer files are none of Warren's.
    private static let limit = 4 << 20
    /// The kernel counts the starts of processes in ticks of this length.
    private static let tick = 1000 / Int64(sysconf(Int32(_SC_CLK_TCK)))

    private let layout: HostLayout

    public init(_ layout: HostLayout) { self.layout = layout }

    /// The digests of the files as the broker read them, without those of which that is not known; nil where no broker
    /// runs.
    ///
    /// - Parameter service: of RabbitMQ.
    public func read(by service: ServiceStatus?) -> [String: String]? {
        guard service?.state == .running || service?.state == .starting,
            let process = service?.pid.flatMap({ SeenProcess(pid: $0) })
        else { return nil }
        if let kept = kept(process) { return kept }
        let age = SystemClock.age(of: process).components
        let start = SystemClock.now().milliseconds - age.seconds * 1000 - age.attoseconds / 1_000_000_000_000_000
        var digests: [String: String] = [:]
        for name in Self.files { digests[name] = unchanged(name, since: start) }
        keep(digests, process)
        return digests
    }

    /// When the newest of these files was last changed; nil where none is there.
    public func changedAt(_ names: [String]) -> Timestamp? {
        names.compactMap { try? FileStatus(path($0)).changedAt }.max()
    }

    /// What stands for the text of a file. Comments say nothing to a broker.
    public static func digest(_ name: String, _ text: String) -> String {
        var text = text
        if name.hasSuffix(".conf") {
            text = text.split(whereSeparator: \.isNewline).filter { line in
                line.first { !$0.isWhitespace }.map { $0 != "#" } ?? false
            }.joined(separator: "\n")
        }
        return Digest.sha256(Array(text.utf8)).hexadecimal
    }

    /// The digest of a file that has not changed since; nil where it has, or can't be read.
    private func unchanged(_ name: String, since start: Int64) -> String? {
        do throws(FileFailure) {
            let bytes = try FileContent.read(path(name), limit: Self.limit)
            // Looked at after it was read, so that a change in between shows.
            guard try FileStatus(path(name)).changedAt.milliseconds <= start + Self.tick else { return nil }
            return Self.digest(name, String(decoding: bytes, as: UTF8.self))
        } catch {
            guard error.isMissing, let folder = try? FileStatus(layout.brokerConfiguration) else { return nil }
            return folder.changedAt.milliseconds <= start + Self.tick ? RunningConfiguration.absent : nil
        }
    }

    private func path(_ name: String) -> String { layout.brokerConfiguration + "/" + name }

    private func kept(_ process: SeenProcess) -> [String: String]? {
        guard let bytes = try? FileContent.read(layout.startRecord, limit: 1 << 16),
            let record = try? JSONValue(parsing: bytes), record["process"]?.string == process.lastingName
        else { return nil }
        return record["files"]?.object?.compactMapValues(\.string)
    }

    private func keep(_ digests: [String: String], _ process: SeenProcess) {
        let record: JSONValue = [
            "process": .string(process.lastingName), "files": .object(digests.mapValues(JSONValue.string)),
        ]
        try? AtomicFile.write(Array("\(record)\n".utf8), to: layout.startRecord, mode: 0o600)
    }
}
