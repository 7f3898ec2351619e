import ClusterModel
import ManifestLoading
import Testing

/// Holds docs/manifest.md against the shapes by which manifests are read.
@Suite struct ManifestReferenceTests {
    @Test("the reference of the manifest names every key with its default, and no other key")
    func referenceIsComplete() throws {
        var expected: Set<String> = []
        Self.collect("", ManifestShape.document, into: &expected)
        #expect(try Self.documented() == expected)
    }

    /// `spec.policies[] | priority | 0`, one for each key of an object.
    private static func collect(_ path: String, _ properties: [Property], into rows: inout Set<String>) {
        for property in properties {
            let standard = property.isRequired ? "required" : property.defaultValue.map { "`\($0)`" } ?? ""
            rows.insert("\(path.isEmpty ? "document" : path) | \(property.name) | \(standard)")
            let inner = path.isEmpty ? property.name : "\(path).\(property.name)"
            switch property.shape {
            case .object(let members): collect(inner, members, into: &rows)
            case .list(.object(let members)): collect(inner + "[]", members, into: &rows)
            default: break
            }
        }
    }

    /// The rows of the tables below the headings that are paths.
    private static func documented() throws -> Set<String> {
        var rows: Set<String> = []
        var heading: String?
        for line in try Documents.text("docs/manifest.md").split(separator: "\n") {
            if line.hasPrefix("#") {
                heading = line.firstMatch(of: /^### `(.+)`$/).map { String($0.1) }
            } else if let heading, let cells = line.firstMatch(of: /^\| `([^`]+)` \| [^|]* \| ([^|]*) \|/) {
                rows.insert("\(heading) | \(cells.1) | \(cells.2.trimming(while: { $0 == " " }))")
            }
        }
        return rows
    }
}

extension Substring {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> Substring {
        var rest = drop(while: isTrimmed)
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}
