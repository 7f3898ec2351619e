import ClusterModel
import HostAccess

/// A snapshot of a cluster as it lies on disk.
enum SnapshotFile {
    /// Room for a million resources; what is longer is no snapshot.
    static let limit = 256 << 20

    /// - Throws: `CommandFailure` that names the file and the place in it.
    static func read(_ path: String) throws -> ClusterSnapshot {
        do {
            return try ClusterSnapshot(json: JSONValue(parsing: try FileContent.read(path, limit: limit)))
        } catch let error as JSONFailure {
            throw CommandFailure("\(path.printable)\(error.place): \(error)")
        } catch let error as SnapshotProblem {
            throw CommandFailure("\(path.printable): \(error)")
        }
    }
}

extension JSONFailure {
    fileprivate var place: String {
        if case .malformed(let line, let column) = self { ":\(line):\(column)" } else { "" }
    }
}
