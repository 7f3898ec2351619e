import ClusterModel
import HostAccess
import Planning

/// Writes an adopted manifest and its secrets: the secrets first, each 0600 in a folder 0700, the manifest last, so
/// that a manifest that is there has all that it refers to.
public struct AdoptedFiles: Sendable {
    /// The path of the manifest.
    public let path: String
    /// Whether files that are there are replaced.
    public let isForced: Bool

    public init(path: String, isForced: Bool) {
        self.path = path
        self.isForced = isForced
    }

    private var folder: String { path.directoryOfPath }

    /// All files that writing would replace, the manifest first.
    public func conflicts(_ adopted: Adopted) -> [String] {
        ([path] + adopted.secrets.map { folder + "/" + $0.path }).filter(Self.exists)
    }

    /// Writes everything or, where a file is in the way or can't be written, takes back what it made.
    ///
    /// - Returns: the paths of all files, the manifest last.
    @discardableResult
    public func write(_ adopted: Adopted, yaml: (JSONValue) -> String) throws -> [String] {
        let conflicts = conflicts(adopted)
        if !isForced, let first = conflicts.first {
            let more = conflicts.count > 1 ? " and \(conflicts.count - 1) more files exist" : " exists"
            throw AdoptionFailure("\(first)\(more); name another path with --to PATH, or replace them with --force")
        }
        var made: [String] = []
        do throws(FileFailure) {
            if !adopted.secrets.isEmpty {
                try Directory.make(absolute(folder) + "/" + Adoption.secretFolder, mode: 0o700)
            }
            for secret in adopted.secrets {
                let target = folder + "/" + secret.path
                try AtomicFile.write(Array(secret.content.utf8), to: target, mode: 0o600)
                made.append(target)
            }
            try AtomicFile.write(Array(yaml(adopted.manifest).utf8), to: path, mode: 0o644)
            return made + [path]
        } catch {
            // What was replaced can't be brought back; what is new goes again.
            for path in made where !conflicts.contains(path) { try? AtomicFile.remove(path) }
            throw AdoptionFailure("nothing was adopted: \(error)")
        }
    }

    /// `Directory.make` takes absolute paths.
    private func absolute(_ folder: String) -> String {
        folder.hasPrefix("/") ? folder : WorkingDirectory.path + "/" + folder
    }

    private static func exists(_ path: String) -> Bool {
        do throws(FileFailure) {
            _ = try FileStatus(path)
            return true
        } catch {
            return !error.isMissing
        }
    }
}
