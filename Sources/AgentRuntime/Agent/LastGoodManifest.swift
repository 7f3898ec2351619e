import ClusterModel
import HostAccess
import ManifestLoading

/// The manifest that was last in force, kept on this host: after a restart it stays in force while the one on disk or
/// in the repository can't be used (safety rule 10). It may hold literal passwords, as the manifest itself.
public struct LastGoodManifest {
    let path: String

    /// - Parameter memory: the folder of the state file.
    public init(memory: String) { path = memory + "/manifest.last-good" }

    func keep(_ source: ManifestSource) throws(FileFailure) {
        let files = source.files.map { file -> JSONValue in
            ["path": .string(file.path), "text": .string(String(decoding: file.bytes, as: UTF8.self))]
        }
        let kept: JSONValue = [
            "source": .string(source.path), "revision": .string(source.revision), "files": .array(files),
        ]
        try AtomicFile.write(Array(kept.description.utf8), to: path, mode: 0o600)
    }

    /// Nil where there is none, or it is none any more.
    public func load() -> ManifestSource? {
        guard let bytes = try? FileContent.read(path), let kept = try? JSONValue(parsing: bytes) else { return nil }
        // Before there were commits it was a list of files.
        let files = (kept["files"]?.array ?? kept.array ?? []).compactMap { entry -> SourceFile? in
            guard let path = entry["path"]?.string, let text = entry["text"]?.string else { return nil }
            return SourceFile(path: path, text: text)
        }
        guard let first = files.first else { return nil }
        let place = kept["source"]?.string ?? (files.count == 1 ? first.path : first.path.directoryOfPath)
        let source = ManifestSource(path: place, files: files, revision: kept["revision"]?.string)
        return source.loaded.manifest == nil ? nil : source
    }
}
