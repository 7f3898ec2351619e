import ClusterModel
import Foundation
import ManifestLoading

/// The root of the package, wherever it was checked out.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

func file(_ path: String) throws -> SourceFile {
    SourceFile(path: path, bytes: Array(try Data(contentsOf: root.appending(path: path))))
}

func manifests(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
        .filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
}

/// A manifest with one broker host and what is given as members of `spec`.
func manifest(_ spec: String, name: String = "test") -> String {
    """
    apiVersion: warren/v1
    kind: Cluster
    metadata: { name: \(name) }
    spec:
      hosts: [{ name: mq1, address: 10.0.0.1, roles: [broker] }]

    """ + spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
}

func load(_ text: String, options: LoadOptions = LoadOptions()) -> LoadedManifest {
    ManifestLoader.load([SourceFile(path: "m.yaml", text: text)], options: options)
}

extension LoadedManifest {
    var texts: [String] { diagnostics.map(\.description) }
    func parameter(_ name: String) -> JSONValue? {
        manifest?.resources.first { $0.id.kind == "global-parameter" && $0.id.name == name }?["value"]
    }
}
