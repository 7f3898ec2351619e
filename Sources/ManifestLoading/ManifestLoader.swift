import ClusterModel
import ResourceKinds

/// Files to desired state, or to every problem with its place. Pure: the same bytes give the same answer.
public enum ManifestLoader {
    /// Reads the files, in the order in which they are given, as one manifest.
    public static func load(_ files: [SourceFile], options: LoadOptions = LoadOptions()) -> LoadedManifest {
        var reader = ShapeReader(options: options)
        let manifest = read(files, &reader)
        return LoadedManifest(
            manifest: reader.report.errorCount == 0 ? manifest : nil, diagnostics: reader.report.sorted)
    }

    private static func read(_ files: [SourceFile], _ reader: inout ShapeReader) -> ClusterManifest? {
        guard let documents = documents(of: files, &reader) else { return nil }
        let isComplete = reader.report.errorCount == 0
        guard let merged = DocumentMerger.merge(documents, &reader) else {
            if reader.report.errorCount == 0 {
                reader.report.error(
                    SourcePosition(file: files.first?.path ?? "manifest", line: 1, column: 1),
                    "the manifest is empty; begin with apiVersion: \(ManifestShape.apiVersion)")
            }
            return nil
        }
        // The merger has held these two against their shapes, in each document.
        let checked = ManifestShape.document.prefix(2).map { Property($0.name, .json, $0.summary) }
        let members = checked + ManifestShape.document.dropFirst(2)
        guard let document = reader.read(merged, as: .object(members), "the manifest"), let spec = document["spec"]
        else {
            return nil
        }
        let name = document[["metadata", "name"]]
        var checks = ManifestChecks(reader, isComplete: isComplete)
        let manifest = checks.manifest(name: name, spec: spec)
        reader.report = checks.report
        return manifest
    }

    /// The documents of all files; nil where they are too large to look at.
    private static func documents(of files: [SourceFile], _ reader: inout ShapeReader) -> [YAMLNode]? {
        var (bytes, nodes) = (0, 0)
        for file in files {
            bytes += file.bytes.count
            guard bytes <= reader.options.maximumBytes else {
                reader.report.error(
                    SourcePosition(file: file.path, line: 1, column: 1),
                    "the manifest has over \(reader.options.maximumBytes) bytes; no more are read")
                return nil
            }
        }
        var documents: [YAMLNode] = []
        for file in files {
            let yaml = YAMLReader(file, budget: reader.options.nodeBudget - nodes)
            for problem in yaml.problems { reader.report.add(problem) }
            documents += yaml.documents
            nodes += yaml.documents.reduce(0) { $0 + $1.size }
        }
        return documents
    }
}
