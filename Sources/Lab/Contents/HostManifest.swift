import ClusterModel

/// The manifest as the hosts of a lab have it: one file, at the place where Warren looks for it.
public enum HostManifest {
    public static let folder = "/etc/warren"
    public static let path = folder + "/manifest.yaml"

    /// All files of a manifest as one. Loading it gives every reference to a file the path that it has on a host.
    public static func joined(_ files: [SourceFile]) -> SourceFile {
        guard files.count > 1 else { return SourceFile(path: path, bytes: files.first?.bytes ?? []) }
        let texts = files.map { file in
            let start = Array("---\n".utf8)
            let hasStart = file.bytes.starts(with: Array("---".utf8))
            return (hasStart ? [] : start) + file.bytes + (file.bytes.last == 0x0A ? [] : [0x0A])
        }
        return SourceFile(path: path, bytes: texts.flatMap { $0 })
    }

    /// Where a file of a host's manifest folder lies on this machine: beside the manifest. Nil for files elsewhere.
    public static func source(of hostPath: String, besides manifestFolder: String) -> String? {
        guard hostPath.hasPrefix(folder + "/") else { return nil }
        return manifestFolder + hostPath.dropFirst(folder.count)
    }
}
