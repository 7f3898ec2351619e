import ClusterModel
import Digests
import HostAccess
import ManifestLoading

/// A manifest as it lies on disk or in a commit: its revision and what loading it gave.
public struct ManifestSource: Sendable {
    /// The file or folder, or the repository with its branch and path.
    public let path: String
    /// The commit that it comes from, else the SHA-256 of its bytes, file names included.
    public let revision: String
    public let loaded: LoadedManifest
    let files: [SourceFile]

    /// Reads a file or a folder of files.
    ///
    /// - Throws: `SourceFailure` where it can't be read; what is wrong in it is in the diagnostics.
    public init(path: String, brokerVersion: BrokerVersion? = nil) throws {
        self.init(path: path, files: try SourceReader.read(path), brokerVersion: brokerVersion)
    }

    /// A manifest out of files that were read already.
    ///
    /// - Parameters:
    ///   - revision: its commit; nil where it comes from none.
    ///   - folder: which `fromFile` paths must not leave; nil where the manifest is trusted with that.
    public init(
        path: String, files: [SourceFile], revision: String? = nil, brokerVersion: BrokerVersion? = nil,
        confinedTo folder: String? = nil
    ) {
        self.path = path
        self.files = files
        self.revision = revision ?? Self.revision(of: files)
        loaded = ManifestLoader.load(files, options: LoadOptions(brokerVersion: brokerVersion, confinedTo: folder))
    }

    /// Of one file, the hash of its bytes, so that `sha256sum` gives the same; of several, of all with their names.
    private static func revision(of files: [SourceFile]) -> String {
        let bytes = files.flatMap { file -> [UInt8] in
            guard files.count > 1 else { return file.bytes }
            let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
            return Array("\(name)\0\(file.bytes.count)\0".utf8) + file.bytes
        }
        return "sha256:" + Digest.sha256(bytes).hexadecimal
    }
}
