import ClusterModel

/// What was brought back from an export of the definitions.
struct RestoreReport: Report {
    let imported: [DefinitionsSection: Int]
    let leftOut: [DefinitionsSection: Int]
    /// In the broker's words.
    let refused: [String]

    func text(_ style: Style) -> String {
        var text = "Brought back: \(Self.list(imported)).\n"
        if !leftOut.isEmpty {
            text +=
                "Left out, as the export has no secrets: \(Self.list(leftOut)). The manifest, or a person, makes them.\n"
        }
        return text + refused.map { "\(style.bad("refused")) \($0.printable)\n" }.joined()
    }

    private static func list(_ counts: [DefinitionsSection: Int]) -> String {
        let parts = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            "\($0.value) \($0.key.rawValue.split(separator: "_").joined(separator: " "))"
        }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    var json: JSONValue {
        func counts(_ counts: [DefinitionsSection: Int]) -> JSONValue {
            .object(Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, .integer($0.value)) }))
        }
        return [
            "imported": counts(imported), "leftOut": counts(leftOut),
            "refused": .array(refused.map(JSONValue.string)),
        ]
    }
}
