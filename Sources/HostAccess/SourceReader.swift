import ClusterModel
import Glibc

/// Why a manifest could not be read. None of these is an empty manifest: the one in force stays.
public enum SourceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case missing(String)
    case unreadable(String, reason: String)
    case notARegularFile(String)
    case noManifest(String)
    case tooLarge(String, limit: Int)

    public var description: String {
        switch self {
        case .missing(let path):
            "\(path) does not exist. Name a manifest, or a directory that holds one."
        case .unreadable(let path, let reason):
            "\(path) cannot be read: \(reason)."
        case .notARegularFile(let path):
            "\(path) is not a regular file. A manifest is a YAML file, or a directory of such files."
        case .noManifest(let path):
            "\(path) holds no file whose name ends in .yaml or .yml."
        case .tooLarge(let path, let limit):
            "\(path) is larger than \(limit >> 20) MiB in all, which is no manifest."
        }
    }
}

/// Reads the files of a manifest.
public enum SourceReader {
    /// The most bytes that the files of a manifest may have together.
    public static let limit = 8 << 20

    /// The file at `path`, or each `*.yaml` and `*.yml` in the directory at `path`, hidden ones left out, in the
    /// order of the bytes of their names. Sizes are looked at before anything is read.
    public static func read(_ path: String) throws(SourceFailure) -> [SourceFile] {
        let files = try files(at: path)
        var total = 0
        for file in files {
            let status = try status(of: file)
            guard status.form == .regular else { throw .notARegularFile(file) }
            total += status.size
            guard total <= limit else { throw .tooLarge(path, limit: limit) }
        }
        var left = limit
        var sources: [SourceFile] = []
        for file in files {
            let bytes = try bytes(of: file, limit: left, within: path)
            left -= bytes.count
            sources.append(SourceFile(path: file, bytes: bytes))
        }
        return sources
    }

    private static func files(at path: String) throws(SourceFailure) -> [String] {
        guard try status(of: path).form == .directory else { return [path] }
        let names: [String]
        do {
            names = try Directory.names(path)
        } catch {
            throw .unreadable(path, reason: error.reason)
        }
        let chosen = names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }
        guard !chosen.isEmpty else { throw .noManifest(path) }
        let directory = path.hasSuffix("/") ? path : path + "/"
        return chosen.map { directory + $0 }
    }

    private static func status(of path: String) throws(SourceFailure) -> FileStatus {
        do {
            return try FileStatus(path)
        } catch {
            if error.isMissing { throw .missing(path) }
            throw .unreadable(path, reason: error.reason)
        }
    }

    private static func bytes(of file: String, limit: Int, within path: String) throws(SourceFailure) -> [UInt8] {
        do {
            return try FileContent.read(file, limit: limit)
        } catch {
            if error.code == EFBIG { throw .tooLarge(path, limit: Self.limit) }
            throw .unreadable(file, reason: error.reason)
        }
    }
}
