import ClusterModel
import Planning
import Reporting
import ResourceKinds

/// What was adopted, where it was written, and what to do next.
struct AdoptReport: Report {
    let adopted: Adopted
    let name: String
    let version: BrokerVersion?
    /// The node, or the file, that was read.
    let origin: String
    /// The path of the manifest.
    let path: String
    let files: [String]
    let notes: [String]

    func text(_ style: Style) -> String {
        var text = style.bold(name.printable) + ", read from \(origin.printable)"
        text += version.map { ", RabbitMQ \($0)" } ?? ""
        text += "\n\n" + Table(header: ["KIND", "ADOPTED", "LEFT OUT"], rows: rows).text(style, indent: "  ")
        text += "\n" + style.good("written") + ": \(path)\n"
        if !adopted.secrets.isEmpty {
            let folder = files.first?.printable.split(separator: "/").dropLast().joined(separator: "/") ?? ""
            text +=
                style.good("written") + ": \(counted(adopted.secrets.count, "secret")) in "
                + "\(files.first?.hasPrefix("/") == true ? "/" : "")\(folder), for their owner alone\n"
        }
        for note in notes { text += style.warning("note: ") + note + "\n" }
        return text + "\nNext: warren plan -f \(path)\n"
    }

    private var rows: [[String]] {
        let left = Dictionary(grouping: Set(adopted.leftOut.map(\.resource)), by: \.kind).mapValues(\.count)
        return ResourceKinds.all.compactMap { kind in
            let counts = (adopted.counts[kind.kind] ?? 0, left[kind.kind] ?? 0)
            return counts == (0, 0) ? nil : [kind.kind.name, grouped(counts.0), grouped(counts.1)]
        }
    }

    var json: JSONValue {
        [
            "cluster": .string(name), "origin": .string(origin),
            "version": version.map { .string($0.description) } ?? .null, "manifest": .string(path),
            "secrets": .array(files.dropLast().map(JSONValue.string)),
            "adopted": .object(
                Dictionary(uniqueKeysWithValues: adopted.counts.map { ($0.key.name, .integer($0.value)) })),
            "leftOut": .array(
                adopted.leftOut.map { item in
                    .object(DriftLines.identity(item.resource).merging(["reason": .string(item.reason)]) { $1 })
                }),
            "notes": .array(notes.map(JSONValue.string)),
        ]
    }
}
