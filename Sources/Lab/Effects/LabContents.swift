import ClusterModel
import HostAccess

/// What the hosts of a lab get beside the distribution's packages.
public struct LabContents: Sendable {
    /// The manifest's bytes, as the hosts will read them.
    let file: SourceFile
    /// The manifest as the hosts will read it: its references are paths of theirs.
    public let manifest: ClusterManifest
    /// Where the manifest lies on this machine.
    let path: String
    /// Debian packages of this machine, installed in this order.
    let packages: [String]
    public let references: ManifestReferences

    /// Reads a manifest that was found valid where it lies.
    ///
    /// - Parameter load: reads the manifest's text; nil where there is any error in it.
    public init(
        manifestAt path: String, packages: [String] = [], load: (SourceFile) -> ClusterManifest?
    ) throws {
        for package in packages where (try? FileStatus(package))?.form != .regular {
            throw LabFailure.refused("\(package) is no Debian package. Name a file that ends in .deb.")
        }
        file = HostManifest.joined(try SourceReader.read(path))
        guard let manifest = load(file) else {
            throw LabFailure.refused(
                "The manifest at \(path) is not valid where hosts have it. See: warren validate \(path)")
        }
        self.manifest = manifest
        self.path = path.hasPrefix("/") ? path : WorkingDirectory.path + "/" + path
        self.packages = packages
        references = ManifestReferences(in: manifest.spec)
    }

    /// The folder that files of the manifest are looked for in.
    var folder: String { (try? FileStatus(path))?.form == .directory ? path : path.directoryOfPath }
}
