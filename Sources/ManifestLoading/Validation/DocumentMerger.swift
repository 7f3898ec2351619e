import ClusterModel

/// Makes one document of all documents of all files.
struct DocumentMerger {
    private var merged: [YAMLNode.Entry] = []
    private var position: SourcePosition?

    /// The members of all documents but `apiVersion` and `kind`, which each document must have; nil without any.
    static func merge(_ documents: [YAMLNode], _ reader: inout ShapeReader) -> YAMLNode? {
        var merger = DocumentMerger()
        for document in documents { merger.add(document, &reader) }
        return merger.position.map { YAMLNode(.object(merger.merged), at: $0) }
    }

    private mutating func add(_ document: YAMLNode, _ reader: inout ShapeReader) {
        guard case .object(let entries) = document.content else {
            _ = reader.mismatch(document, "a document", "an object with apiVersion, kind, metadata and spec")
            return
        }
        for property in ManifestShape.document.prefix(2) {
            if let entry = entries.first(where: { $0.name == property.name }) {
                _ = reader.read(entry.value, as: property.shape, property.name)
            } else if case .choice(let words) = property.shape {
                reader.report.error(
                    document.position,
                    "\(property.name) is missing; begin each document with \(property.name): \(words[0])")
            }
        }
        position = position ?? document.position
        let own = entries.filter { $0.name != "apiVersion" && $0.name != "kind" }
        merged = Self.join(merged, own, ManifestShape.document, &reader)
    }

    private static func join(
        _ first: [YAMLNode.Entry], _ second: [YAMLNode.Entry], _ properties: [Property], _ reader: inout ShapeReader
    ) -> [YAMLNode.Entry] {
        var result = first
        for entry in second {
            guard let property = properties.first(where: { $0.name == entry.name }),
                let index = result.firstIndex(where: { $0.name == entry.name })
            else {
                result.append(entry)
                continue
            }
            if let value = join(result[index], entry, property, &reader) {
                result[index] = YAMLNode.Entry(
                    name: entry.name, namePosition: result[index].namePosition, value: value)
            }
        }
        return result
    }

    private static func join(
        _ first: YAMLNode.Entry, _ second: YAMLNode.Entry, _ property: Property, _ reader: inout ShapeReader
    ) -> YAMLNode? {
        switch (property.shape, first.value.content, second.value.content) {
        case (.list, .list(let a), .list(let b)):
            return YAMLNode(.list(a + b), at: first.value.position)
        case (.object(let properties), .object(let a), .object(let b)) where property.isJoinable:
            return YAMLNode(.object(join(a, b, properties, &reader)), at: first.value.position)
        case (_, .scalar(let a, _), .scalar(let b, _)) where property.name == "name" && a.sameBytes(as: b):
            return nil
        case (_, .scalar(let a, _), .scalar(let b, _)) where property.name == "name":
            reader.report.error(
                second.value.position,
                "metadata.name is \(b.quoted) here and \(a.quoted) at \(first.value.position); write one name in all documents"
            )
        default:
            reader.report.error(
                second.namePosition,
                "\(property.name) is written twice; it was written first at \(first.namePosition)")
        }
        return nil
    }
}

extension Property {
    /// Whether two documents may both have it: lists, and objects of nothing but such.
    fileprivate var isJoinable: Bool {
        switch shape {
        case .list: true
        case .object(let members):
            name == "metadata" || name == "spec"
                || members.allSatisfy { if case .list = $0.shape { true } else { false } }
        default: name == "name"
        }
    }
}
